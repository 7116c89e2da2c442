import { api } from "lwc";
import { fill, GoalScreen } from "c/svShared";
import labels from "./labels";
import { sidesOf } from "./sides";

const LATE = { look: "chip late", icon: "utility:warning", variant: "inverse" };
const ON_TIME = { look: "chip fine", icon: "utility:success", variant: "success" };
const SOON = { look: "chip", icon: "utility:clock", variant: "" };

/** What is due and late on both sides, ours first: tick off what is done, see what inaction costs. */
export default class SvDueAndLate extends GoalScreen {
    @api recordId;
    @api objectApiName;

    labels = labels;
    said = "";

    get empty() {
        return !this.goals.some((goal) => goal.accountabilities.length);
    }

    get canAddNow() {
        return Boolean(this.goals?.length);
    }

    get sides() {
        return sidesOf(this.goals, this.now).map((side) => this.titled(side));
    }

    get summary() {
        const [ours, together, theirs] = this.sides;
        const late = [
            { key: "ours", count: ours.late, words: labels.lateOurs },
            { key: "together", count: together.late, words: labels.lateTogether },
            { key: "theirs", count: theirs.late, words: labels.lateTheirs }
        ].filter(({ count }) => count);
        const soon = ours.soon + together.soon + theirs.soon;
        const told = late.map(({ key, count, words }) => ({ key, text: fill(words, count), ...LATE }));
        return [
            ...(told.length ? told : [{ key: "none", text: labels.onTime, ...ON_TIME }]),
            ...(soon ? [{ key: "soon", text: fill(labels.soon, soon), ...SOON }] : [])
        ];
    }

    titled(side) {
        const theirs = this.member?.Name ? fill(labels.theirs, this.member.Name) : labels.theirsUnnamed;
        return {
            ...side,
            title: { ours: labels.ours, together: labels.together, theirs }[side.key],
            quiet: !side.now.length,
            laterText: side.later.length ? fill(labels.later, side.later.length) : "",
            proposedText: side.proposed.length ? fill(labels.proposed, side.proposed.length) : ""
        };
    }

    saved({ detail: { text, moved } }) {
        this.said = text;
        if (moved) {
            this.template.querySelector(".said").focus();
        }
    }

    add() {
        const [goal] = this.goals;
        this.openNew("Joint_Accountability__c", { Desired_Outcome__c: goal.id, Agreed_On__c: this.now });
    }
}
