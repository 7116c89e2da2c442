import { wire } from "lwc";
import { graphql } from "lightning/graphql";
import { goalQuery } from "./goalQuery";
import { goalsOf } from "./goals";
import { MemberScreen } from "./memberScreen";
import { explained } from "./notices";

/**
 * A screen about the member's open goals: `goals` as `goalsOf` returns them, read again when another part of the page
 * changes them. It needs nothing of the member but shows what it may.
 */
export class GoalScreen extends MemberScreen {
    goals;
    goalFailure;

    @wire(graphql, { query: "$query", variables: "$variables" })
    seenGoals({ data, errors, refresh }) {
        this.refresh = refresh;
        if (data) {
            this.goals = goalsOf(data, this.now);
        }
        this.goalFailure = errors ? explained(errors) : undefined;
    }

    factsChanged() {
        this.refresh?.();
    }

    get query() {
        return this.objectApiName && goalQuery(this.objectApiName);
    }

    get variables() {
        return { member: this.recordId };
    }

    get failure() {
        return this.goalFailure;
    }

    get loading() {
        return !this.goals && !this.failure;
    }
}
