"""Places in expressions: points are `latitude longitude altitude accuracy`, in degrees."""

import math
from itertools import pairwise

#: The radius of the sphere that ODK reckons with, in metres (WGS 84, equatorial).
RADIUS = 6_378_100.0

Point = tuple[float, float]


def points(words: list[str]) -> list[Point] | None:
    """Read points; None where one of them is none."""
    try:
        read = [tuple(map(float, one.split()[:2])) for one in words]
    except ValueError:
        return None
    return [(one[0], one[1]) for one in read] if all(len(one) == 2 for one in read) else None  # noqa: PLR2004 (a point has two)


def distance(words: list[str]) -> float:
    """Return the length of a line over the points, in metres."""
    line = points(words)
    if line is None or len(line) < 2:  # noqa: PLR2004 (a line has two ends)
        return 0.0
    return math.fsum(_haversine(a, b) for a, b in pairwise(line))


def area(words: list[str]) -> float:
    """Return the area inside the points, in square metres.

    As JavaRosa: on a plane that touches the globe at the first point, right to a millionth for
    what can be walked round.
    """
    ring = points(words)
    if ring is None or len(ring) < 3:  # noqa: PLR2004 (less has no inside)
        return 0.0
    degree = 2 * math.pi * RADIUS / 360
    (latitude, longitude) = ring[0]
    flat = [
        ((a - latitude) * degree, (b - longitude) * degree * math.cos(math.radians(a)))
        for a, b in ring
    ]
    return abs(math.fsum(a[0] * b[1] - a[1] * b[0] for a, b in pairwise(flat))) / 2


def inside(point: str, words: list[str]) -> bool:
    """Tell whether a point lies inside a shape (even-odd rule)."""
    found, ring = points([point]) if point else None, points(words)
    if not found or not ring:
        return False
    latitude, longitude = found[0]
    within = False
    for (lat_a, lon_a), (lat_b, lon_b) in pairwise([*ring, ring[0]]):
        if (lat_a > latitude) != (lat_b > latitude):
            crossing = (lon_b - lon_a) * (latitude - lat_a) / (lat_b - lat_a) + lon_a
            within ^= longitude < crossing
    return within


def _haversine(a: Point, b: Point) -> float:
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    up = math.sin((lat_b - lat_a) / 2) ** 2
    along = math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(up + math.cos(lat_a) * math.cos(lat_b) * along))
