"""The kinds of layers: those for images alone, and those that may stand on anything."""

from core.layers import Layer
from core.spec import members

FLAT = (2,)
KINDS = {member.model_fields["kind"].default: member() for member in members(Layer)}
FOR_IMAGES = [kind for kind, layer in KINDS.items() if layer.misfit(FLAT, FLAT)]
FOR_ALL = [kind for kind in KINDS if kind not in FOR_IMAGES]
