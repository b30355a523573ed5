/** A table's text, or an archive of images, on its way to the server: how far it has come, and what is made of it. */
import { t } from "../../language.ts";
import { Refused, refusal } from "../../server.ts";
import type { Column, Suggestion, Table } from "./tables.ts";

const TYPE = "text/csv";

export type Separator = "," | ";" | "\t" | "|";

/** How the text is to be read; what is left out the server finds. */
export interface How {
  readonly separator?: Separator;
  readonly decimal?: "." | ",";
  readonly header?: boolean;
  /** Columns whose numbers name categories. */
  readonly categorical: readonly string[];
}

/** A table as the server reads it. */
export interface Preview {
  readonly encoding: string;
  readonly separator: Separator;
  readonly decimal: "." | ",";
  readonly has_header: boolean;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly head: readonly (readonly string[])[];
  readonly left_out: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly suggested: Suggestion | null;
}

export interface Way {
  /** Told how much of it has been sent, from 0 to 1. */
  readonly onSent: (share: number) => void;
  readonly stop: AbortSignal;
}

export function preview(text: Blob, how: How, way: Way): Promise<Preview> {
  return send<Preview>(`/api/tables/preview?${queryOf(how).toString()}`, text, TYPE, way);
}

export function keep(text: Blob, how: How, name: string, way: Way): Promise<Table> {
  const query = queryOf(how);
  query.set("name", name);
  return send<Table>(`/api/tables?${query.toString()}`, text, TYPE, way);
}

function queryOf({ separator, decimal, header, categorical }: How): URLSearchParams {
  const query = new URLSearchParams();
  if (separator) query.set("separator", separator);
  if (decimal) query.set("decimal", decimal);
  if (header !== undefined) query.set("header", String(header));
  for (const name of categorical) query.append("categorical", name);
  return query;
}

/** Throws Refused, or the reason why it was stopped. */
export function send<T>(address: string, body: Blob, type: string, { onSent, stop }: Way): Promise<T> {
  stop.throwIfAborted();
  return new Promise((settle, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("content-type", type);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onSent(total ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 400) settle(request.response as T);
      else fail(refusal(request.status, (request.response as object | null) ?? {}));
    };
    request.onerror = () => fail(new Refused(t("The server cannot be reached."), {}, true));
    request.onabort = () => fail(stop.reason as Error);
    stop.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
