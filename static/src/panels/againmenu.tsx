/** The menu of ways to start again, and the fork. */
import { isFramed } from "../hide.ts";
import { t } from "../language.ts";
import { learningAddress, linkOf } from "../link.ts";
import { catalogue, connection, experiment, give, runId } from "../store.ts";
import { MENU, newWeights, startWith } from "./again.tsx";
import { closeMenu } from "./menu.tsx";
import { Redo, Undo } from "./undo.tsx";

interface Way {
  readonly name: string;
  readonly does: string;
  readonly begin: () => void;
}

const WAYS: readonly Way[] = [
  {
    name: t("Same weights"),
    does: t("As it began: the same weights, the same data."),
    begin: () => give({ op: "reset" }),
  },
  { name: t("New weights"), does: t("Other starting weights, the same data. Key N."), begin: newWeights },
  { name: t("New data"), does: t("The same weights, other samples of the same kind."), begin: () => startWith("data") },
  { name: t("Reshuffle"), does: t("All the same, learned from in another order."), begin: () => startWith("order") },
];

export function AgainMenu() {
  const isOff = connection.value.state !== "live";
  return (
    <>
      <p class="take-back">
        <Undo />
        <Redo />
      </p>
      <h3>{t("Start again at epoch 0")}</h3>
      {WAYS.map(({ name, does, begin }) => (
        <Choice key={name} name={name} does={does} isOff={isOff} choose={begin} />
      ))}
      <h3>{t("Or go on twice")}</h3>
      <Choice
        name={t("Fork")}
        does={t("A run of its own goes on from the moment that is shown; this one stays as it is.")}
        isOff={isOff}
        choose={() => give({ op: "fork" })}
      />
      {!isFramed && (
        <Choice
          name={t("Sweep this …")}
          does={t("The same experiment many times: over two of its settings, or from many seeds.")}
          isOff={false}
          choose={() => location.assign(`/sweep#${linkOf(catalogue, experiment.value)}`)}
        />
      )}
      {!isFramed && (
        <Choice
          name={t("Learning curve of this …")}
          does={t("The same network from few to all training samples, beside models without hidden layers.")}
          isOff={false}
          choose={() => location.assign(learningAddress(catalogue, experiment.value))}
        />
      )}
      {!isFramed && (
        <Choice
          name={t("Race this against …")}
          does={t("Networks that begin with the same weights and the same data, side by side from epoch 0.")}
          isOff={isOff}
          choose={() => location.assign(`/race#run=${runId.value}`)}
        />
      )}
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly does: string;
  readonly isOff: boolean;
  readonly choose: () => void;
}

function Choice({ name, does, isOff, choose }: ChoiceProps) {
  return (
    <button
      type="button"
      class="choice"
      disabled={isOff}
      onClick={() => {
        closeMenu(MENU);
        choose();
      }}
    >
      <b>{name}</b>
      <span>{does}</span>
    </button>
  );
}
