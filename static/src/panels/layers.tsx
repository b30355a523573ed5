/** The controls of the layers: how many, how wide, which activation. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Graph } from "../draw/graph.ts";
import { FamilyChoice } from "../form/controls.tsx";
import { schemaAt } from "../form/schema.ts";
import { Icon } from "../icons.tsx";
import { valueAt } from "../path.ts";
import { catalogue, experiment } from "../store.ts";
import { addUnits, insertLayer, isFull, layers, LAYERS, numberOf, removeLayer } from "./layerlist.ts";

/** Between columns closer than this a plus would cover their names; folded layers offer it inside. */
const ROOM_FOR_PLUS = 104;
/** Between columns closer than this only a number stands over each. */
const ROOM_FOR_NAME = 76;
const WIDEST_FOLDED = 100;
/** The folded layer whose controls are open; −1 is none, and the number of layers is the output. */
const opened = signal(-1);

interface LayersProps {
  readonly graph: Graph;
  readonly shape: {
    readonly names: readonly string[];
    readonly units: readonly number[];
    readonly isImage: boolean;
    readonly inputs: readonly string[];
  };
}

/** A head for each column, and a plus between each two. */
export function LayerControls({ graph, shape }: LayersProps) {
  const last = graph.middles.length - 1;
  const isCrowded = graph.isDown || (graph.controls === "folded" && graph.gap < ROOM_FOR_PLUS);
  const place = (middle: number) => (graph.isDown ? { top: `${middle}px` } : { left: `${middle}px` });
  const isFolded = graph.controls === "folded" && !graph.isDown;
  const width = isFolded ? { width: `${Math.min(WIDEST_FOLDED, graph.gap - 4)}px` } : {};
  return (
    <>
      {graph.middles.map((middle, column) => (
        <div
          key={column}
          class={`layer ${graph.controls}${column === last ? " last" : ""}`}
          style={{ ...place(middle), ...width }}
        >
          {column === 0 ? (
            <InputHead shape={shape} />
          ) : column === last ? (
            <OutputHead graph={graph} />
          ) : (
            <HiddenHead layer={column - 1} graph={graph} name={shape.names[column - 1] ?? ""} />
          )}
        </div>
      ))}
      {!isCrowded &&
        graph.middles.slice(1).map((middle, i) => (
          <button
            key={i}
            type="button"
            class="insert"
            style={place((middle + (graph.middles[i] ?? 0)) / 2)}
            disabled={isFull()}
            aria-label={`Insert a layer ${i + 1 === last ? "before the output" : `before hidden layer ${i + 1}`}`}
            onClick={() => insertLayer(i)}
          >
            <Icon name="plus" />
          </button>
        ))}
    </>
  );
}

function isNarrow(graph: Graph): boolean {
  return !graph.isDown && graph.controls === "folded" && graph.gap < ROOM_FOR_NAME;
}

function InputHead({ shape }: { shape: LayersProps["shape"] }) {
  return (
    <>
      <b>{shape.isImage ? "Input" : shape.inputs.length === 1 ? "Input" : "Inputs"}</b>
      {shape.isImage && <span class="quiet">8 × 8 pixels</span>}
    </>
  );
}

function HiddenHead({ layer, graph, name }: { layer: number; graph: Graph; name: string }) {
  const spec = layers()[layer];
  if (!spec) return <b>{name}</b>;
  const briefly = `${numberOf(spec, "units") ?? spec.kind} × ${shortName(String(valueAt(spec, "activation.kind") ?? ""))}`;
  if (graph.controls !== "folded") {
    return (
      <>
        <span class="layer-title">
          <b>{name}</b>
          <RemoveLayer layer={layer} />
        </span>
        <span class="layer-controls">
          <ActivationAndUnits layer={layer} />
        </span>
      </>
    );
  }
  const isOpen = opened.value === layer;
  return (
    <>
      <b>{isNarrow(graph) ? name.replace("Hidden ", "H") : name}</b>
      <button
        type="button"
        class="button outlined small"
        aria-expanded={isOpen}
        aria-label={`${briefly}, edit hidden layer ${layer + 1}`}
        onClick={() => (opened.value = isOpen ? -1 : layer)}
      >
        {isNarrow(graph) ? numberOf(spec, "units") : briefly}
      </button>
      {isOpen && (
        <Popover label={name}>
          <ActivationAndUnits layer={layer} />
          <FoldedAction words="Add a layer before" act={() => insertLayer(layer)} />
          <FoldedAction words="Remove this layer" act={() => removeLayer(layer)} />
        </Popover>
      )}
    </>
  );
}

function OutputHead({ graph }: { graph: Graph }) {
  const schema = schemaAt(catalogue.schema, experiment.value, "output");
  const choice = schema && experiment.value.output && (
    <FamilyChoice path="output" schema={schema} id="set-output" label="Activation of the output" isNamed />
  );
  if (graph.controls !== "folded")
    return (
      <>
        <b>Output</b>
        <span class="layer-controls wide">{choice}</span>
      </>
    );
  const layer = layers().length;
  const isOpen = opened.value === layer;
  const kind = experiment.value.output?.kind ?? "";
  return (
    <>
      <b>Output</b>
      <button
        type="button"
        class="button outlined small"
        aria-expanded={isOpen}
        aria-label={`${kind}, edit the output`}
        onClick={() => (opened.value = isOpen ? -1 : layer)}
      >
        {shortName(kind)}
      </button>
      {isOpen && (
        <Popover label="Output">
          {choice}
          <FoldedAction words="Add a layer before" act={() => insertLayer(layer)} />
        </Popover>
      )}
    </>
  );
}

/** Something to do with a folded layer, which closes it. */
function FoldedAction({ words, act }: { words: string; act: () => void }) {
  const actAndClose = () => {
    opened.value = -1;
    act();
  };
  return (
    <button type="button" class="button outlined small" onClick={actAndClose}>
      {words}
    </button>
  );
}

function Popover({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div
      class="popover"
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "Escape") opened.value = -1;
      }}
    >
      <span class="popover-title">
        <b>{label}</b>
        <button type="button" class="button square small" aria-label="Close" onClick={() => (opened.value = -1)}>
          <Icon name="close" />
        </button>
      </span>
      {children}
    </div>
  );
}

function ActivationAndUnits({ layer }: { layer: number }) {
  const path = `${LAYERS}.${layer}.activation`;
  const schema = schemaAt(catalogue.schema, experiment.value, path);
  const where = `hidden layer ${layer + 1}`;
  return (
    <>
      {schema && (
        <FamilyChoice
          path={path}
          schema={schema}
          id={`set-activation-${layer}`}
          label={`Activation of ${where}`}
          isNamed
        />
      )}
      <span class="stepper" role="group" aria-label={`Neurons in ${where}`}>
        <button type="button" aria-label={`Remove a neuron from ${where}`} onClick={() => addUnits(layer, -1)}>
          <Icon name="minus" />
        </button>
        <span>{numberOf(layers()[layer], "units")}</span>
        <button type="button" aria-label={`Add a neuron to ${where}`} onClick={() => addUnits(layer, 1)}>
          <Icon name="plus" />
        </button>
      </span>
    </>
  );
}

function RemoveLayer({ layer }: { layer: number }) {
  return (
    <button
      type="button"
      class="remove"
      aria-label={`Remove hidden layer ${layer + 1}`}
      title="Remove this layer"
      onClick={() => removeLayer(layer)}
    >
      <Icon name="close" />
    </button>
  );
}

function shortName(kind: string): string {
  return kind.replace("leaky_relu", "leaky").replaceAll("_", " ");
}
