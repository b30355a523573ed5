# The playground as a small image: `docker build -t playground .`, then
# `docker run -p 8000:8000 -v playground:/data playground`.
ARG PYTHON=3.11

# Builds the virtual environment. Node, which bundles the page, stays behind in this stage.
FROM python:${PYTHON}-slim AS build
WORKDIR /source
RUN python3 -m venv --without-pip /opt/venv
COPY app/requirements.lock .
RUN pip --python /opt/venv/bin/python3 install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip --python /opt/venv/bin/python3 install --no-cache-dir --no-deps . && mkdir /empty

FROM python:${PYTHON}-slim
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=10001:10001 /empty /data
# All that it writes is in /data, and scratch in /tmp: the root may be read-only.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
  PLAYGROUND_HOST=0.0.0.0 PLAYGROUND_PORT=8000 PLAYGROUND_DATA=/data \
  PLAYGROUND_LOG=json PLAYGROUND_LOG_LEVEL=info
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["python3", "-c", "import os, http.client as http; \
    server = http.HTTPConnection('localhost', int(os.environ['PLAYGROUND_PORT'])); \
    server.request('GET', '/healthz'); \
    exit(server.getresponse().status != 200)"]
CMD ["playground"]
