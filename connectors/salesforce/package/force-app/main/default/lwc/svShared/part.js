import { LightningElement } from "lwc";
import LOCALE from "@salesforce/i18n/locale";
import TIME_ZONE from "@salesforce/i18n/timeZone";
import { dayText, distanceText, today, withLocalDays } from "./days";
import labels from "./labels";

/** What every part of a member's page has: the shared words, days as the user writes them, and a place for the focus. */
export class Part extends LightningElement {
    common = labels;

    /** A selector: what it finds gets the focus as soon as it is there. */
    focusNext = null;

    renderedCallback() {
        const target = this.focusNext && this.template.querySelector(this.focusNext);
        if (target) {
            this.focusNext = null;
            target.focus();
        }
    }

    /** Today where the user is, as YYYY-MM-DD. */
    get now() {
        return today(TIME_ZONE);
    }

    /** Returns a day as the user writes it. */
    day(day) {
        return dayText(day, LOCALE, this.now);
    }

    /** Returns how far away a day is, in words. */
    distance(day) {
        return distanceText(day, LOCALE, this.now);
    }

    /** Returns a sentence of Success Vector's, made on the day `asOf`, with its days as the user writes them. */
    localDays(sentence, asOf) {
        return withLocalDays(sentence, LOCALE, this.now, asOf);
    }
}
