/** The most movement that is told apart, as the definition has it. */
export const MOST_MAGNITUDE = 3;

/** Half the width of an arrow's head, by its length. */
const HALF_HEAD = 0.55;

function point(angle, length, centre) {
    const radians = (angle * Math.PI) / 180;
    return { x: centre.x + length * Math.cos(radians), y: centre.y - length * Math.sin(radians) };
}

function rounded(value) {
    return Math.round(value * 10) / 10;
}

function path(points) {
    return points.map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join(" ");
}

/**
 * Returns the arrow of a success vector: `angle` in degrees (90 straight up to the goal, 0 sideways, -90 straight
 * away), its `length` up to the radius, its `shaft` end and its `head` as points of a polygon. Null when nothing moved.
 */
export function arrowOf(direction, magnitude, { centre, radius, head }) {
    if (direction === null || direction === undefined || !magnitude) {
        return null;
    }
    const angle = 90 * Math.max(-1, Math.min(1, direction));
    const length = (radius * Math.min(magnitude, MOST_MAGNITUDE)) / MOST_MAGNITUDE;
    const size = Math.min(head, 0.8 * length);
    const tip = point(angle, length, centre);
    const neck = point(angle, length - size, centre);
    const wings = [90, -90].map((turn) => point(angle + turn, size * HALF_HEAD, neck));
    return { angle, length, shaft: neck, tip, head: path([tip, ...wings]) };
}

/** Returns the half ring of a radius to the right of a centre, as the path of an SVG. */
export function halfRing(radius, centre) {
    const { x, y } = centre;
    return `M ${x} ${rounded(y - radius)} A ${rounded(radius)} ${rounded(radius)} 0 0 1 ${x} ${rounded(y + radius)}`;
}

/** Returns the distance from the centre at which a magnitude lies. */
export function reach(magnitude, radius) {
    return (radius * magnitude) / MOST_MAGNITUDE;
}

/**
 * Returns a line over days: `line` and `band` (between score and low bound) as points, and the `dots`. `rows` are
 * {day, score, low} in order of their days; scores run from 0 (bottom) to 100 (top), right of `left`. Null with fewer than two rows.
 */
export function trendOf(rows, { width, height, inset, left = inset }) {
    if (rows.length < 2) {
        return null;
    }
    const days = rows.map((row) => Date.parse(row.day));
    const span = days[days.length - 1] - days[0] || 1;
    const x = (day) => left + ((width - left - inset) * (day - days[0])) / span;
    const y = (score) => inset + ((height - 2 * inset) * (100 - score)) / 100;
    const dots = rows.map((row, index) => ({ key: row.day, x: rounded(x(days[index])), y: rounded(y(row.score)) }));
    const floor = rows.map((row, index) => ({ x: x(days[index]), y: y(row.low ?? row.score) })).reverse();
    return { dots, line: path(dots), band: path([...dots, ...floor]) };
}
