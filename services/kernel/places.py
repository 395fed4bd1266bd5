"""Where a person is, made coarse: the stored point is the centre of a cell of about one kilometre.

The point is snapped before it is stored. Rounding only what is shown would leak the true place to anybody who
asks often enough.
"""

import math

_CELL_KM = 1.0
_KM_PER_DEGREE = 111.32


def snap(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the centre (degrees, WGS 84) of the 1 km cell that holds the point. To snap a centre changes nothing."""
    tall = _CELL_KM / _KM_PER_DEGREE
    row = math.floor(latitude / tall)
    middle = min(89.99, max(-89.99, (row + 0.5) * tall))
    wide = tall / math.cos(math.radians(middle))
    column = math.floor(longitude / wide)
    return round(middle, 6), round(min(180.0, max(-180.0, (column + 0.5) * wide)), 6)
