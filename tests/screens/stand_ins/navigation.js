// lightning/navigation: remembers where the page was asked to go.
import { org } from "./org.js";

const Navigate = Symbol("Navigate");

export const NavigationMixin = (Base) =>
    class extends Base {
        [Navigate](reference) {
            org.opened.push(reference);
        }
    };
NavigationMixin.Navigate = Navigate;
