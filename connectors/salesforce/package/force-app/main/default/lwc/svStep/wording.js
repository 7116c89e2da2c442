import { fill, numberText } from "c/svShared";
import labels from "./labels";

function difference(gap) {
    if (gap === 0) {
        return labels.onDay;
    }
    return gap < 0 ? fill(labels.early, -gap) : fill(labels.after, gap);
}

function lateness(gap) {
    return gap === 1 ? labels.lateOne : fill(labels.late, gap);
}

/** Returns plan against fact in words, such as "due 12 Oct, 39 days late". */
export function standingText(step, day) {
    const parts = [];
    if (step.state === "reached") {
        parts.push(fill(labels.reached, day(step.achieved)), ...(step.due ? [difference(step.gap)] : []));
    } else {
        parts.push(step.due ? fill(labels.due, day(step.due)) : labels.noDay);
        parts.push(...(step.state === "late" ? [lateness(step.gap)] : []));
        parts.push(...(step.reversed ? [fill(labels.lost, day(step.reversed))] : []));
    }
    if (step.promised !== step.due) {
        parts.push(fill(labels.moved, day(step.promised)));
    }
    return parts.join(", ");
}

/** Returns a milestone's offer in words, and that it has to wait where the member isn't ready; empty for none. */
export function offerText(offer, ready, yearly) {
    if (!offer) {
        return "";
    }
    const accelerator = offer.kind === "Accelerator";
    const name = offer.yearly ? fill(yearly, offer.name, offer.yearly) : offer.name;
    const text = fill(accelerator ? labels.accelerator : labels.offer, name);
    return (accelerator ? ready.accelerator : ready.offer) ? text : fill(labels.notNow, text);
}

/** Returns how far a milestone's metric is; empty where it has none. */
export function metricText(metric, locale, day) {
    if (!metric) {
        return "";
    }
    const target = numberText(metric.target, locale, 2);
    if (!metric.latest) {
        return fill(labels.metricNone, metric.name, target);
    }
    const now = fill(labels.metric, metric.name, numberText(metric.latest.value, locale, 2), target);
    return `${now}, ${fill(labels.metricOn, day(metric.latest.on))}`;
}
