import { mutationOf } from "../mutation";
import { newVersion } from "../newVersion";

const TODAY = "2026-11-20";
const MEMBER = { recordId: "003000000000001AAA", objectApiName: "Contact" };
const ASKED = {
    name: "New",
    objective: "There",
    due: "2027-06-30",
    reason: "Moved",
    requirements: ["r1"],
    milestones: ["m1", "m2", "m3"],
    promises: ["p1"]
};
const GOAL = {
    id: "old1",
    priority: 2,
    requirements: [
        { id: "r1", kind: "Condition", description: "Stays", essential: true },
        { id: "r2", kind: "Condition", description: "Goes", essential: true }
    ],
    milestones: [
        { id: "m1", due: "2026-06-01", achieved: "2026-06-02", node: { Name: { value: "Done" } } },
        { id: "m2", due: "2026-10-01", node: { Name: { value: "Late" } } },
        {
            id: "m3",
            due: "2027-01-01",
            metric: { baseline: 0, target: 12, latest: { value: 9 } },
            node: { Name: { value: "Half" } }
        }
    ],
    accountabilities: [{ id: "p1", name: "Send it", party: "Together", agreed: "2026-11-01", serves: "m3" }]
};

function writes(asked = ASKED) {
    const all = newVersion(GOAL, MEMBER, asked, { today: TODAY, isReached: (one) => Boolean(one.achieved) });
    return Object.fromEntries(all.map((write) => [write.alias, write]));
}

describe("a new version of a goal", () => {
    it("belongs to the same member, starts today and names the one it replaces", () => {
        expect(writes().goal.values).toMatchObject({
            Contact__c: MEMBER.recordId,
            Starts_On__c: TODAY,
            Time_Frame__c: "2027-06-30",
            Supersedes__c: "old1",
            Priority__c: 2
        });
    });

    it("closes the old one last, with the reason", () => {
        expect(writes().old).toMatchObject({ id: "old1", values: { Closed_On__c: TODAY, Closed_Reason__c: "Moved" } });
    });

    it("is confirmed only when somebody confirmed it", () => {
        expect(writes().goal.values.Confirmed_On__c).toBeUndefined();
        expect(writes({ ...ASKED, by: "The contact" }).goal.values).toMatchObject({
            Confirmed_By__c: "The contact",
            Confirmed_On__c: TODAY
        });
    });

    it("carries what is behind the member, whole or in part", () => {
        const { milestone0, milestone1, milestone2 } = writes();
        expect(milestone0.values).toMatchObject({ Carried_Credit__c: 1, Achieved_On__c: "2026-06-02" });
        expect(milestone1.values.Carried_Credit__c).toBeUndefined();
        expect(milestone2.values.Carried_Credit__c).toBe(0.75);
    });

    it("gives late steps the new day, so that nothing is late from the start", () => {
        expect(writes().milestone1.values).toMatchObject({ Due__c: "2027-06-30", First_Promised_Due__c: "2027-06-30" });
    });

    it("leaves behind what wasn't chosen", () => {
        expect(writes().requirement1).toBeUndefined();
    });

    it("ties agreements to the new milestones", () => {
        expect(writes().promise0.values.Success_Milestone__c).toBe("@{milestone2}");
    });

    it("becomes one mutation, all or nothing, with quotes and lines kept", () => {
        const text = mutationOf([{ alias: "goal", object: "Desired_Outcome__c", values: { Objective__c: 'A "b"\nc' } }]);
        expect(text).toContain("allOrNone: true");
        expect(text).toContain(
            'goal: Desired_Outcome__cCreate(input: { Desired_Outcome__c: { Objective__c: "A \\"b\\"\\nc" } }) { Record { Id } }'
        );
    });
});
