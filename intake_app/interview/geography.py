"""Places in expressions: points are `latitude longitude altitude accuracy`, in degrees."""

import math
from itertools import pairwise

#: The radius of the sphere that ODK reckons with, in metres (WGS 84, equatorial).
RADIUS = 6_378_100.0

#: Whether a line with more points than this crosses itself is not looked for: nobody walked it.
MAX_LINE = 500

Point = tuple[float, float]


def points(words: list[str]) -> list[Point] | None:
    """Read points; None where one of them is none, or lies outside the globe."""
    try:
        read = [tuple(map(float, one.split()[:2])) for one in words]
        found = [(latitude, longitude) for latitude, longitude in read]
    except ValueError:
        return None
    return found if all(abs(a) <= 90 and abs(b) <= 180 for a, b in found) else None  # noqa: PLR2004 (the globe's own bounds)


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


def crosses_itself(words: list[str]) -> bool:
    """Tell whether a line or shape crosses or touches itself elsewhere than at its joints."""
    line = points(words)
    if line is None or len(line) < 4 or len(line) > MAX_LINE:  # noqa: PLR2004 (three legs at least)
        return False
    legs = [(a, b) for a, b in pairwise(line) if a != b]
    closed = line[0] == line[-1]
    return any(
        _cross(*legs[one], *legs[other])
        for one in range(len(legs))
        for other in range(one + 2, len(legs))
        # The first leg of a shape begins where its last one ends.
        if not (closed and one == 0 and other == len(legs) - 1)
    )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _between(*end) for turn, end in zip(turns, ends, strict=True))


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and (
        min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
    )


def _haversine(a: Point, b: Point) -> float:
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    up = math.sin((lat_b - lat_a) / 2) ** 2
    along = math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return (
        2 * RADIUS * math.asin(min(1.0, math.sqrt(up + math.cos(lat_a) * math.cos(lat_b) * along)))
    )
