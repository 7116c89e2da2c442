import { daysBetween, isAchieved } from "c/svShared";

/** The types of milestones, from the first to the goal itself. */
export const TYPES = ["Functional", "Operational", "Opportune", "Strategic"];

function inOrder(one, other) {
    return (one.due ?? "9999").localeCompare(other.due ?? "9999") || TYPES.indexOf(one.type) - TYPES.indexOf(other.type);
}

/**
 * Returns a goal's milestones in order of their plan, numbered from 1: `state` is reached, late or open, `gap` the
 * days by which fact and plan differ (above 0: late), `next` marks the first that is open.
 */
export function stepsOf(goal, today) {
    const ordered = [...goal.milestones].sort(inOrder);
    const next = ordered.find((milestone) => !isAchieved(milestone, today));
    return ordered.map((milestone, index) => {
        const reached = isAchieved(milestone, today);
        const late = !reached && Boolean(milestone.due) && milestone.due < today;
        const fact = reached ? milestone.achieved : today;
        return {
            ...milestone,
            number: index + 1,
            state: reached ? "reached" : late ? "late" : "open",
            gap: milestone.due && (reached || late) ? daysBetween(milestone.due, fact) : 0,
            next: milestone === next
        };
    });
}

/** Returns positions in percent, moved no more than needed for marks not to cover each other. */
function spread(positions, apart) {
    const free = [...positions];
    const order = free.map((_, index) => index).sort((one, other) => positions[one] - positions[other]);
    order.forEach((index, rank) => {
        const before = rank ? free[order[rank - 1]] + apart : 0;
        free[index] = Math.max(free[index], before);
    });
    [...order].reverse().forEach((index, rank, reversed) => {
        const after = rank ? free[reversed[rank - 1]] - apart : 100;
        free[index] = Math.round(10 * Math.min(free[index], after)) / 10;
    });
    return free;
}

/**
 * Returns where days lie on a goal's way, in percent from its start to its end (its last day, or today when that is
 * past): `today`, and of each step with a day its `plan` and, when reached, its `fact`. Marks are kept `apart`, in percent.
 */
export function trackOf(goal, steps, today, apart) {
    const known = steps.flatMap((step) => [step.due, step.state === "reached" ? step.achieved : null]).filter(Boolean);
    const days = [...known, goal.startsOn, goal.dueOn, today].filter(Boolean).sort();
    const [first, last] = [days[0], days[days.length - 1]];
    const span = Math.max(1, daysBetween(first, last));
    const at = (day) => Math.round((1000 * daysBetween(first, day)) / span) / 10;
    const planned = steps.filter((step) => step.due);
    const reached = planned.filter((step) => step.state === "reached");
    const plans = spread(planned.map((step) => at(step.due)), apart);
    const facts = spread(reached.map((step) => at(step.achieved)), apart);
    return {
        first,
        last,
        today: at(today),
        marks: planned.map((step, index) => ({
            step,
            plan: plans[index],
            fact: step.state === "reached" ? facts[reached.indexOf(step)] : null
        }))
    };
}
