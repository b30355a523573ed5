/** The doctor: what is wrong with the network, the measure that proves it, and what to try, in a run of its own. */
import { isFramed } from "../../hide.ts";
import { plural, t } from "../../language.ts";
import { connection, give, NOT_CONNECTED, scene, type Scene } from "../../store.ts";
import { Limit } from "../gauge.tsx";
import { Tracing } from "../tracing.tsx";
import { diagnosis, type Finding } from "./diagnosis.ts";
import { useGlance, type Rhythm } from "./glance.ts";
import { lossesNow } from "./losses.ts";

const OFTEN: Rhythm = { playing: 1000, resting: 0 };
/** The curvature takes up to a hundred passes over all samples: not while it trains. */
const SELDOM: Rhythm = { playing: Infinity, resting: 300 };
const FEWEST_IN_CURVE = 30;

export function Doctor() {
  const health = useGlance("health", OFTEN).value;
  const curvature = useGlance("curvature", SELDOM).value;
  const outermost = useGlance(outermostView(scene.value), SELDOM).value;
  const findings =
    scene.value && health ? diagnosis({ scene: scene.value, health, curvature, outermost, losses: lossesNow() }) : null;
  if (!findings) return <p class="quiet">{t("The network is measured.")}</p>;
  const trouble = findings.filter(({ isTrouble }) => isTrouble);
  return (
    <div class="doctor">
      <p>
        <b>
          {trouble.length
            ? plural(
                trouble.length,
                "{count} of {all} measures shows trouble.",
                "{count} of {all} measures show trouble.",
                {
                  all: findings.length,
                },
              )
            : t("Nothing is wrong.")}
        </b>{" "}
        <span class="quiet">
          {curvature
            ? t("Measured over all training samples.")
            : t("Measured over all training samples; the curvature waits until training pauses.")}
        </span>
      </p>
      <ul class="findings-list">
        {findings.map((finding) => (
          <Row key={finding.title} finding={finding} />
        ))}
      </ul>
    </div>
  );
}

/** The view of the sample that lies farthest out; images' pixels have one size. */
function outermostView(world: Scene | null): string | null {
  if (!world || world.dimensions === 0) return null;
  const points = world.arrays["points"]?.data ?? [];
  let [farthest, place] = [-1, 0];
  for (let i = 0; i < points.length; i++) {
    const size = Math.abs(points[i] ?? 0);
    if (size > farthest) [farthest, place] = [size, Math.floor(i / world.dimensions)];
  }
  return `sample:${place}`;
}

function Row({ finding }: { finding: Finding }) {
  const { title, proof, isTrouble, cure, more, picture } = finding;
  return (
    <li class={isTrouble ? "trouble" : ""}>
      <b>
        <span class="unseen">{isTrouble ? t("Trouble:") : t("Well:")} </span>
        {title}
      </b>
      <Measure key={JSON.stringify("limit" in picture ? picture : "")} picture={picture} />
      <p>{proof}</p>
      {isTrouble && cure && (
        <p class="cure">
          <span>{t("Try {cure}.", { cure: cure.words })}</span>
          <button
            type="button"
            class="button outlined small"
            disabled={connection.value.state !== "live"}
            title={connection.value.state === "live" ? t("This run stays as it is") : NOT_CONNECTED}
            aria-label={t("Try it in a fork: {cure}", { cure: cure.words })}
            onClick={() => give({ op: "fork", change: { experiment: cure.experiment, paths: cure.paths } })}
          >
            {t("Try it in a fork")}
          </button>
        </p>
      )}
      {isTrouble && more && !isFramed && (
        <p class="cure">
          <a href={more.address}>{more.words}</a>
        </p>
      )}
    </li>
  );
}

/** The number beside its limit, or the curve. */
function Measure({ picture }: { picture: Finding["picture"] }) {
  if ("limit" in picture) return <Limit value={picture.value} limit={picture.limit} />;
  return <Tracing trace={picture.curve} fewest={FEWEST_IN_CURVE} />;
}
