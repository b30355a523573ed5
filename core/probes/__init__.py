"""Probes: what can be looked at while a network learns. Nobody asks, nobody pays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.data.scaling import Scale
from core.data.tabular import TableSet
from core.experiment import Experiment
from core.forward import ForwardPass
from core.network import parameter_count
from core.probes.answers import answers, sample_loss
from core.probes.clusters import MOST_CLUSTERS, adjusted_rand, purity, told_apart
from core.probes.code_space import SHOWN, Decoder, decoding
from core.probes.few_labels import few_labels
from core.probes.hidden_space import hidden_space, separation
from core.probes.image_looks import ImageLooks
from core.probes.maps import Maps
from core.probes.mistakes import worst_mistakes
from core.probes.painting import scales, tables
from core.probes.picture import Picture, around_zero
from core.probes.statistics import layer_statistics, weight_histogram
from core.probes.views import VIEWS, View, parsed_view, parsed_views, pixels_of

Array = NDArray[Any]


def scale_of(scale: Scale) -> dict[str, float]:
    """How a value in the units of the data comes of a scaled one: shift + spread · value."""
    return {"shift": float(scale.shift), "spread": float(scale.spread)}


class Probes:
    """Looks at one experiment's network."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.experiment, self.data, self.stages = experiment, data, experiment.stages
        self.maps = Maps(experiment, data)
        self._image_looks = ImageLooks(experiment, data)
        self._loaded = -1  # the sample that the pass of one sample is of

    def scene(self, batch_size: int, batches: int, notes: list[str]) -> Picture:
        experiment, data = self.experiment, self.data
        layers = [
            {
                "name": stage.name,
                "kind": stage.kind,
                "units": stage.neurons,
                "sides": stage.giving[1:],
                "activation": stage.activation.kind,
                "parameters": stage.parameters,
            }
            for stage in self.stages
        ]
        info = {
            "experiment": experiment.model_dump(mode="json"),
            "title": experiment.title,
            "summary": experiment.summary,
            "task": experiment.data.task,
            "inputs": experiment.data.input_names,
            "dimensions": experiment.data.dimensions,
            "classes": len(experiment.data.class_names) or None,
            "class_names": experiment.data.class_names,
            "layers": layers,
            "code_layer": experiment.code_stage if experiment.data.task == "autoencoder" else None,
            "parameters": sum(stage.parameters for stage in self.stages),
            "train_samples": int(np.sum(~data.is_test)),
            "test_samples": int(np.sum(data.is_test)),
            "batch_size": batch_size,
            "batches": batches,
            "domain": (-experiment.data.reach, experiment.data.reach),
            "target_range": self.maps.levels,
            **self._units,
            "notes": notes,
        }
        return Picture(info, self._drawn_samples)

    @property
    def _drawn_samples(self) -> dict[str, Array]:
        """What stays of the samples: their targets, which are for testing, and where they lie or how they look."""
        data, dataset = self.data, self.experiment.data
        arrays: dict[str, Array] = {
            "targets": data.targets.astype(np.float32),
            "is_test": data.is_test.astype(np.uint8),
        }
        if data.rows is not None:
            arrays["rows"] = data.rows.astype(np.uint32)
        _, *sides = dataset.input_shape
        if dataset.dimensions:
            arrays |= {"points": data.places.astype(np.float32), "input_tiles": self.maps.input_tiles()}
        elif sides:
            arrays["images"] = np.round(data.points * 255).astype(np.uint8).reshape(-1, *sides)
        return arrays

    @property
    def _units(self) -> dict[str, Any]:
        """How the values of a regression, the places of a map and the inputs of a table stand in units of the data:
        shift + spread · value. None where there is no such map, and of the inputs of what is no table."""
        data, dataset = self.data, self.experiment.data
        shift, spread = (np.broadcast_to(part, len(dataset.input_names)).tolist() for part in data.scale)
        return {
            "target": {"name": dataset.target_name} | scale_of(data.target_scale),
            "axes": [axis._asdict() for axis in data.chart.axes] if data.chart else None,
            "map_origin": data.chart.origin.tolist() if data.chart else None,
            "input_scale": {"shift": shift, "spread": spread} if isinstance(dataset, TableSet) else None,
        }

    def picture(
        self, view: View, vector: Array, weights: list[Array], gradients: list[Array], outputs: Array
    ) -> Picture:
        """The arrays and numbers of a view. A sample that the data does not have is left out. `outputs`: of all
        samples, (outputs, samples)."""
        kind, number, *_ = view
        match kind:
            case "hidden":
                return self._hidden(number, vector)
            case "statistics":
                return self._statistics(weights, gradients)
            case "saliency" | "saliency_of" | "adversarial" | "adversarial_of" | "patches":
                return self._image_looks.picture(view, vector)
            case "answers":
                return Picture({}, self._answers(outputs))
            case "worst" | "worst_test":
                return Picture({}, self._worst(view, outputs))
        return Picture({}, self._arrays(view, vector, weights))

    def _arrays(self, view: View, vector: Array, weights: list[Array]) -> dict[str, Array]:
        """Of the views that are arrays alone."""
        kind, number, *_ = view
        match kind:
            case "weights":
                return self._weights(weights, number)
            case "painting":
                return scales(self.stages, vector, weights)
            case "tiles":
                return self._tiles(vector, weights, number)
            case "boundary":
                return self._boundary(view, vector)
            case "loss":
                return self._loss(number, vector)
            case "code":
                return self._code(vector)
            case "labels":
                return self._labels(view, vector)
            case "clusters":
                return self._clusters(view, vector)
            case "decoded":
                return self._decoded(view, vector)
            case "image":
                return self._own_image(view, vector)
            case "unit":
                return self._unit(weights, number)
            case "sample":
                return self._sample(number, vector)
        return {}

    def tables(self) -> Picture | None:
        """What a painter needs beforehand; None of images, which have no map."""
        return tables(self.maps) if self.experiment.data.dimensions else None

    def _weights(self, weights: list[Array], most: int) -> dict[str, Array]:
        """Each layer's weights, of the first units and to the first units before them, and the bias as last column;
        none of a layer without parameters. From an image's channel there is no single one: it is the length of all."""
        arrays: dict[str, Array] = {}
        for index, (stage, block) in enumerate(zip(self.stages, weights, strict=True)):
            if block.size:
                strengths = block[:most, :-1]
                if stage.layer.has_weights and len(stage.reaching) > 1 and index:
                    strengths = np.linalg.norm(strengths.reshape(len(strengths), stage.reaching[0], -1), axis=2)
                arrays[f"weights/{index}"] = np.c_[strengths[:, :most], block[:most, -1]].astype(np.float32)
        return arrays

    def _unit(self, weights: list[Array], index: int) -> dict[str, Array]:
        """All weights of one unit, of an image of one channel, and its bias as the last: (inputs + 1,); none of a unit
        without parameters."""
        first = 0
        for block in weights:
            if first <= index < first + len(block) and block.size:
                return {f"unit:{index}": block[index - first].astype(np.float32)}
            first += len(block)
        return {}

    def _tiles(self, vector: Array, weights: list[Array], most: int) -> dict[str, Array]:
        """Maps of the first units; for images the weights of the first dense layer, each unit's as an image."""
        if self.experiment.data.dimensions:
            return {f"tiles/{index}": tile for index, tile in enumerate(self.maps.tiles(vector, most))}
        first = next(index for index, stage in enumerate(self.stages) if stage.kind == "dense")
        _, *sides = self.experiment.data.input_shape
        if not sides or weights[first].shape[1] - 1 != prod(sides):  # what reaches it are feature maps
            return {}
        return {f"tiles/{first}": around_zero(weights[first][:most, :-1]).reshape(-1, *sides)}

    def _boundary(self, view: View, vector: Array) -> dict[str, Array]:
        """The whole boundary or curve, or under the view's own name that of its window, where it has as many sides as
        the data."""
        dimensions = self.experiment.data.dimensions
        if dimensions == 0 or (view.window and len(view.window) != 2 * dimensions):
            return {}
        draw, name = (self.maps.curve, "curve") if dimensions == 1 else (self.maps.boundary, "boundary")
        return {view.name if view.window else name: draw(vector, view.window)}

    @cached_property
    def _all(self) -> ForwardPass:
        return ForwardPass(self.stages, self.data.inputs(self.data.points), np.float32)

    @cached_property
    def _drawn(self) -> ForwardPass:
        """Over the samples that a picture has room for."""
        return ForwardPass(self.stages, self.data.inputs(self.data.points[self.data.drawn]), np.float32)

    def _code(self, vector: Array) -> dict[str, Array]:
        """Where an autoencoder puts each sample: (samples, up to 2), the first two units of its code."""
        if self.experiment.data.task != "autoencoder":
            return {}
        return {"code": self._given(self._all, vector, [self.experiment.code_stage or 0])[0][:SHOWN].T.copy()}

    def _given(self, forward: ForwardPass, vector: Array, layers: Sequence[int]) -> list[Array]:
        """What these layers give for the samples of a pass, (units, samples); of an image the mean of each channel."""
        parts: list[list[Array]] = [[] for _ in layers]
        for _ in forward.batches(vector):
            for part, index in zip(parts, layers, strict=True):
                a = forward.activations[index]
                part.append(a.reshape(self.stages[index].neurons, -1, a.shape[1]).mean(axis=1))
        return [np.concatenate(part, axis=1)[:, : forward.samples] for part in parts]

    def _whole_code(self, vector: Array) -> Array | None:
        """All numbers of each sample's code, (samples, units); None where there is no code, or not all are finite."""
        if self.experiment.data.task != "autoencoder":
            return None
        code = self._given(self._all, vector, [self.experiment.code_stage or 0])[0].T.astype(np.float64)
        return code if np.isfinite(code).all() else None

    def _labels(self, view: View, vector: Array) -> dict[str, Array]:
        """With so many training samples labelled: which, and the shares of the test samples whose label is told right
        by the code, by the inputs and by chance."""
        code = self._whole_code(vector) if self.experiment.data.class_names and view.number else None
        if code is None:
            return {}
        inputs = self.data.inputs(self.data.points)
        known, *shares = few_labels(code, inputs, self.data.targets, self.data.is_test, view.number)
        return {f"{view.name}/known": known.astype(np.uint32), f"{view.name}/shares": np.array(shares, np.float32)}

    def _clusters(self, view: View, vector: Array) -> dict[str, Array]:
        """The cluster of each sample by its whole code, (samples,); and where the samples have labels how well they
        agree: purity and adjusted Rand index."""
        k = min(view.number, MOST_CLUSTERS)
        code = self._whole_code(vector) if k >= 2 else None
        if code is None:
            return {}
        members = told_apart(code, k)
        arrays: dict[str, Array] = {f"{view.name}/members": members.astype(np.uint8)}
        if self.experiment.data.class_names:
            measures = [measure(members, self.data.targets) for measure in (purity, adjusted_rand)]
            arrays[f"{view.name}/agreement"] = np.array(measures, np.float32)
        return arrays

    @cached_property
    def _decoder(self) -> Decoder | None:
        if self.experiment.data.task != "autoencoder":
            return None
        behind = decoding(self.stages, self.experiment.code_stage or 0)
        return Decoder(behind) if behind else None

    def _decoded(self, view: View, vector: Array) -> dict[str, Array]:
        """The pixels drawn from a place in the code: (outputs,). What is not shown of the code is at its mean over the
        samples. None where the code has another number of numbers, or a shortcut passes it by."""
        code = self.experiment.code_stage or 0
        units = self.stages[code].units
        if self._decoder is None or len(view.window) != min(SHOWN, units):
            return {}
        rest = self._given(self._all, vector, [code])[0][SHOWN:].mean(axis=1) if units > SHOWN else ()
        pixels = self._decoder.drawn(np.array([*view.window, *rest]), vector, parameter_count(self.stages))
        return {view.name: self.data.scale.undone(pixels).astype(np.float32)}

    def _own_image(self, view: View, vector: Array) -> dict[str, Array]:
        """What the network makes of an image that is no sample, (outputs,), and each of its layers, under the view's
        own name. None of one of another size, or of data that are no images."""
        pixels = pixels_of(view)
        if self.experiment.data.dimensions or len(pixels) != self.data.points.shape[1]:
            return {}
        self._loaded = -1
        arrays = self._layer_by_layer(view.name, self.data.inputs(pixels[None] / 255), vector)
        return arrays | {view.name: self._said(self._one_sample)}

    def _hidden(self, index: int, vector: Array) -> Picture:
        """Where one layer puts the samples that are drawn, (samples, up to 2), and how far apart all layers put their
        classes, None of what has no classes. Of an image it goes by the mean of each channel. A layer that is not there
        is left out."""
        if index >= len(self.stages):
            return Picture({}, {})
        layers = self._given(self._drawn, vector, range(len(self.stages)))
        if not all(np.isfinite(each).all() for each in layers):
            return Picture({}, {})
        seen = hidden_space(layers[index])
        classes = self.data.targets[self.data.drawn] if self.experiment.data.class_names else None
        info = {
            "layer": index,
            "kept_variance": seen.kept_variance,
            "separation": None if classes is None else [separation(each, classes) for each in layers],
        }
        return Picture({"hidden": info}, {f"hidden:{index}": seen.places.astype(np.float32)})

    def _answers(self, outputs: Array) -> dict[str, Array]:
        """What the network says of every sample; what an autoencoder draws is none."""
        if self.experiment.data.task == "autoencoder":
            return {}
        return answers(outputs, self.experiment, self.data)

    def _worst(self, view: View, outputs: Array) -> dict[str, Array]:
        """The samples that cost most, among all or those for the test, and what the network says of them; of rows of a
        table also what it is given, (samples, inputs)."""
        among = np.flatnonzero(self.data.is_test) if view.kind == "worst_test" else np.arange(len(self.data.points))
        found = worst_mistakes(outputs, self.experiment, self.data, among, view.number)
        if isinstance(self.experiment.data, TableSet):
            found["inputs"] = self.data.inputs(self.data.points[found["samples"]]).astype(np.float32)
        return {f"{view.name}/{name}": values for name, values in found.items()}

    def _loss(self, index: int, vector: Array) -> dict[str, Array]:
        """The loss of one sample: (1,)."""
        if index >= len(self.data.points):
            return {}
        outputs = self._forward_of(index).run(vector)
        return {f"loss:{index}": np.array([sample_loss(outputs, index, self.experiment, self.data)], np.float32)}

    def _statistics(self, weights: list[Array], gradients: list[Array]) -> Picture:
        layers = [layer_statistics(block, gradient) for block, gradient in zip(weights, gradients, strict=True)]
        histograms = {f"weight_histogram/{index}": weight_histogram(block) for index, block in enumerate(weights)}
        return Picture({"statistics": layers}, histograms)

    @cached_property
    def _one_sample(self) -> ForwardPass:
        return ForwardPass(self.stages, self.data.inputs(self.data.points[:1]), np.float32, keep_sums=True)

    def _forward_of(self, index: int) -> ForwardPass:
        """The pass of one sample, which is another one's the next time."""
        if index != self._loaded:
            self._one_sample.load(self.data.inputs(self.data.points[index : index + 1]))
            self._loaded = index
        return self._one_sample

    def _sample(self, index: int, vector: Array) -> dict[str, Array]:
        """What each layer makes of one sample; and the pixels of the image that an autoencoder draws, (outputs,)."""
        if index >= len(self.data.points):
            return {}
        self._loaded = index
        arrays = self._layer_by_layer(f"sample:{index}", self.data.inputs(self.data.points[index : index + 1]), vector)
        if self.experiment.data.task == "autoencoder":
            arrays[f"drawn:{index}"] = self._said(self._one_sample)
        return arrays

    def _layer_by_layer(self, name: str, inputs: Array, vector: Array) -> dict[str, Array]:
        """What every layer gives for inputs of shape (1, inputs), (units,), and applies its activation to, or of an
        image its feature maps as bytes, (channels, height, width); and what the network is given, (inputs,)."""
        forward = self._one_sample
        forward.load(inputs)
        forward.run(vector)
        arrays: dict[str, Array] = {f"{name}/inputs": inputs[0].astype(np.float32)}
        for layer, (stage, a, z) in enumerate(zip(self.stages, forward.activations, forward.sums, strict=True)):
            if stage.is_image:
                maps = a[:, 0].reshape(stage.neurons, -1)
                arrays[f"{name}/{layer}/map"] = around_zero(maps).reshape(stage.giving)
            else:
                arrays |= {f"{name}/{layer}": a[:, 0].copy(), f"{name}/{layer}/z": z[:, 0].copy()}
        return arrays

    def _said(self, forward: ForwardPass) -> Array:
        """The outputs for one sample; those that an autoencoder draws are pixels."""
        outputs = forward.activations[-1][:, 0]
        is_drawn = self.experiment.data.task == "autoencoder"
        return (self.data.scale.undone(outputs) if is_drawn else outputs).astype(np.float32)


__all__ = ["VIEWS", "Picture", "Probes", "parsed_view", "parsed_views"]
