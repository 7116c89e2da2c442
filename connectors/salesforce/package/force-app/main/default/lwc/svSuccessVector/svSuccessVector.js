import { api, wire } from "lwc";
import { notifyRecordUpdateAvailable } from "lightning/uiRecordApi";
import { graphql } from "lightning/graphql";
import LOCALE from "@salesforce/i18n/locale";
import {
    arrowOf,
    fill,
    halfRing,
    MemberScreen,
    MOST_MAGNITUDE,
    numberText,
    reach,
    snapshotQuery,
    snapshotsOf,
    statusLook,
    trendOf
} from "c/svShared";
import labels from "./labels";
import { figuresOf } from "./figures";

const CENTRE = { x: 14, y: 125 };
const RADIUS = 105;
const TREND = { width: 240, height: 72, left: 24, inset: 6 };

/** Where the member is heading: the arrow, the score with its low bound, the reasons and the trend. */
export default class SvSuccessVector extends MemberScreen {
    @api recordId;
    @api objectApiName;

    labels = labels;
    snapshots = [];
    follows = false;
    rings = {
        planned: halfRing(reach(1, RADIUS), CENTRE),
        two: halfRing(reach(2, RADIUS), CENTRE),
        three: halfRing(RADIUS, CENTRE)
    };

    @wire(graphql, { query: "$snapshotQuery", variables: "$variables" })
    seenSnapshots({ data, refresh }) {
        this.refresh = refresh;
        this.snapshots = snapshotsOf(data);
    }

    factsChanged() {
        this.follows = true;
    }

    get snapshotQuery() {
        return this.objectApiName && snapshotQuery(this.objectApiName);
    }

    get variables() {
        return { member: this.recordId };
    }

    get empty() {
        const { Vector_Status__c: status, Vector_Status_Reason__c: reason } = this.member;
        if (!status) {
            return { heading: labels.notScored, text: labels.notScoredText };
        }
        return status === "No goal" ? { heading: labels.noGoal, text: fill(labels.noGoalText, reason) } : null;
    }

    get look() {
        return statusLook(this.member.Vector_Status__c);
    }

    get lookClass() {
        return `look tone-${this.look.tone}`;
    }

    get arrow() {
        const { Vector_Direction__c: direction, Vector_Magnitude__c: magnitude } = this.member;
        return arrowOf(direction, magnitude, { centre: CENTRE, radius: RADIUS, head: 16 });
    }

    get directionText() {
        const direction = this.member.Vector_Direction__c;
        if (!this.arrow) {
            return labels.still;
        }
        if (Math.abs(direction) < 0.05) {
            return labels.sideways;
        }
        return direction < 0 ? labels.away : direction > 0.95 ? labels.straight : labels.toward;
    }

    get amountText() {
        const magnitude = this.member.Vector_Magnitude__c;
        const said = numberText(magnitude, LOCALE, 1);
        const words = said === numberText(1, LOCALE, 1) ? labels.amountOne : labels.amount;
        return this.arrow ? fill(magnitude >= MOST_MAGNITUDE ? labels.amountMost : words, said) : "";
    }

    get arrowText() {
        return this.arrow ? fill(labels.dialMoved, this.directionText, this.amountText) : labels.dialStill;
    }

    get score() {
        return numberText(this.member.Success_Score__c, LOCALE);
    }

    get scoreText() {
        return fill(labels.score, this.score);
    }

    get lowText() {
        const low = numberText(this.member.Success_Score_Low__c, LOCALE);
        return low && low !== this.score ? fill(labels.atLeast, low) : "";
    }

    get trend() {
        return trendOf(this.snapshots, TREND);
    }

    get trendText() {
        const [first, last] = [this.snapshots[0], this.snapshots[this.snapshots.length - 1]];
        return fill(labels.trend, this.day(first.day), numberText(first.score, LOCALE), numberText(last.score, LOCALE));
    }

    get gap() {
        const { Success_Gap__c: gap, Success_Gap_Since__c: since } = this.member;
        if (gap === "Open") {
            return { tone: "alarm", heading: fill(labels.gapOpen, this.day(since)), text: labels.gapOpenText };
        }
        return gap === "Pending" ? { tone: "care", heading: labels.gapPending, text: "" } : null;
    }

    get figures() {
        return figuresOf(this.member, LOCALE, (day) => this.day(day));
    }

    async lookAgain() {
        await notifyRecordUpdateAvailable([{ recordId: this.recordId }]);
        await this.refresh?.();
    }
}
