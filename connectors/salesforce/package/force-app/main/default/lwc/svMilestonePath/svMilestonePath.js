import { api } from "lwc";
import { fill, GoalScreen, readyFor } from "c/svShared";
import labels from "./labels";
import { stepsOf, trackOf, TYPES } from "./steps";

/** The width of a mark and the gap beside it, in pixels, and what that is of a way of usual width, in percent. */
const MARK = 27;
const APART = 4;

/** The milestones, plan against fact, what is open first; each is marked reached or lost again in place. */
export default class SvMilestonePath extends GoalScreen {
    @api recordId;
    @api objectApiName;

    labels = labels;
    said = "";
    apart = APART;

    /** Keeps the marks from covering each other, as wide as the way is drawn here. */
    renderedCallback() {
        super.renderedCallback();
        const width = this.template.querySelector(".line")?.clientWidth;
        if (width) {
            this.apart = Math.round((100 * MARK) / width);
        }
    }

    get empty() {
        return !this.goals.some((goal) => goal.milestones.length);
    }

    get canAdd() {
        return Boolean(this.goals?.length);
    }

    get paths() {
        return this.goals.filter((goal) => goal.milestones.length).map((goal) => this.pathOf(goal));
    }

    pathOf(goal) {
        const steps = stepsOf(goal, this.now);
        const track = trackOf(goal, steps, this.now, this.apart);
        const reached = steps.filter((step) => step.state === "reached").length;
        return {
            id: goal.id,
            name: this.goals.length > 1 ? goal.name : "",
            progressText: fill(labels.progress, reached, steps.length),
            first: this.day(track.first),
            last: this.day(track.last),
            todayStyle: `left: ${track.today}%`,
            marks: track.marks.map((mark) => this.drawn(mark)),
            open: steps.filter((step) => step.state !== "reached"),
            reached: steps.filter((step) => step.state === "reached"),
            reachedText: reached ? fill(labels.reached, reached) : "",
            arrived: reached === steps.length,
            ready: readyFor(this.member, goal),
            legend: TYPES.map((type) => steps.find((step) => step.type === type))
                .filter(Boolean)
                .map(({ type, shownType }) => ({ type, shownType, look: `shape ${type.toLowerCase()}` }))
        };
    }

    drawn({ step, plan, fact }) {
        const shape = `shape ${step.type.toLowerCase()}`;
        return {
            id: step.id,
            number: step.number,
            planStyle: `left: ${plan}%`,
            planLook: `mark plan ${shape}${step.state === "late" ? " late" : ""}`,
            factStyle: fact === null ? null : `left: ${fact}%`,
            factLook: `mark fact ${shape}`,
            from: `${plan}%`,
            to: `${fact}%`
        };
    }

    saved(event) {
        this.said = event.detail.text;
    }

    add() {
        this.openNew("Success_Milestone__c", { Desired_Outcome__c: this.goals[0].id });
    }
}
