import { api } from "lwc";
import LOCALE from "@salesforce/i18n/locale";
import { capital, fill, numberText, Part } from "c/svShared";
import labels from "./labels";
import { termsOf } from "./terms";

const DECIMALS = 4;
const KINDS = ["progress", "reversal", "overdue", "accountability", "experience", "condition"];
const TYPES = ["functional", "operational", "opportune", "strategic"];

/** Every signed part behind a success vector: what, kind, weight, pull and why; they add up to the line below them. */
export default class SvTerms extends Part {
    /** The JSON of Vector_Terms__c, or nothing. */
    @api json;
    /** The day on which it was worked out, as YYYY-MM-DD. */
    @api asOf;

    labels = labels;

    get parts() {
        return this.json ? termsOf(this.json) : null;
    }

    get trouble() {
        if (this.parts) {
            return null;
        }
        return this.json
            ? { heading: labels.broken, text: labels.brokenText }
            : { heading: labels.missing, text: labels.missingText };
    }

    get still() {
        return !this.parts.terms.length && !this.parts.leftOut.count;
    }

    get rows() {
        return this.parts.terms.map((term, index) => ({
            key: index,
            what: term.what,
            more: [
                TYPES.includes(term.type) ? labels[term.type] : "",
                term.goal ? fill(labels.ofGoal, term.goal) : ""
            ]
                .filter(Boolean)
                .join(", "),
            kind: KINDS.includes(term.kind) ? labels[term.kind] : fill(labels.unknown, term.kind),
            ours: term.ours === true,
            weight: term.weight === null ? labels.noWeight : `${numberText(100 * term.weight, LOCALE, 1)} %`,
            pull: this.signed(term.value),
            look: term.value < 0 ? "pull away" : "pull toward",
            why: capital(this.localDays(term.why, this.asOf))
        }));
    }

    get leftOut() {
        const { count, value } = this.parts.leftOut;
        if (!count) {
            return null;
        }
        return { text: count === 1 ? labels.leftOutOne : fill(labels.leftOut, count), pull: this.signed(value) };
    }

    get totals() {
        const { toward, away, net } = this.parts;
        return [
            { name: labels.toward, pull: this.signed(toward) },
            { name: labels.away, pull: this.signed(-away) },
            { name: labels.net, pull: this.signed(net), look: "net" }
        ];
    }

    signed(value) {
        return numberText(value, LOCALE, DECIMALS, { signDisplay: "exceptZero", minimumFractionDigits: DECIMALS });
    }
}
