import labels from "./labels";
import { failureOf } from "./failures";
import { fill } from "./words";

/** Returns a failure as the heading and text of a notice, kindly. */
export function explained(failure) {
    const { denied, message } = failureOf(failure);
    return denied
        ? { heading: labels.denied, text: labels.deniedText }
        : { heading: labels.failed, text: fill(labels.failedText, message) };
}
