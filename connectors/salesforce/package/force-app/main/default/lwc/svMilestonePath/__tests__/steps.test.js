import { stepsOf, trackOf } from "../steps";

const TODAY = "2026-11-20";

function goal(...milestones) {
    return { startsOn: "2026-11-10", dueOn: "2026-11-30", milestones };
}

describe("the steps of a path", () => {
    it("count lateness from the plan, above zero when late", () => {
        const steps = stepsOf(
            goal(
                { type: "Functional", due: "2026-11-12", achieved: "2026-11-11" },
                { type: "Functional", due: "2026-11-15" },
                { type: "Strategic", due: "2026-11-30" }
            ),
            TODAY
        );
        expect(steps.map((step) => [step.state, step.gap])).toEqual([
            ["reached", -1],
            ["late", 5],
            ["open", 0]
        ]);
    });

    it("tell the earlier type first on the same day", () => {
        const steps = stepsOf(goal({ type: "Strategic", due: TODAY }, { type: "Functional", due: TODAY }), TODAY);
        expect(steps.map((step) => step.type)).toEqual(["Functional", "Strategic"]);
    });

    it("lie on the way by their days", () => {
        const one = goal({ type: "Functional", due: "2026-11-20", achieved: "2026-11-15" });
        const { today, marks } = trackOf(one, stepsOf(one, TODAY), TODAY, 4);
        expect(today).toBe(50);
        expect(marks[0]).toMatchObject({ plan: 50, fact: 25 });
    });

    it("never cover each other, and stay on the way", () => {
        const one = goal(...[1, 2, 3].map(() => ({ type: "Strategic", due: "2026-11-30" })));
        const plans = trackOf(one, stepsOf(one, TODAY), TODAY, 4).marks.map((mark) => mark.plan);
        expect(plans).toEqual([92, 96, 100]);
    });
});
