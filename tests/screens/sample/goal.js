// The goal of the member of member.js, with its milestones, requirements, agreements and readings.

export const GOAL = {
    Id: "a01000000000001AAA",
    Name: "ISO 28000 and two tenders",
    Objective__c: "Pass the ISO 28000 audit, so that we can win two of the regional port tenders.",
    Baseline__c: "No security management system; lost three tenders last year for want of a certificate.",
    Starts_On__c: "2026-05-04",
    Time_Frame__c: "2027-02-26",
    Confirmed_On__c: "2026-05-11",
    Confirmed_By__c: "Sample Contact",
    Priority__c: 1
};

const OFFER = { Id: "a06000000000001AAA", Name: "Audit accelerator", Kind__c: "Accelerator", Yearly_Value__c: 12000 };
const SEATS = { Id: "a06000000000002AAA", Name: "Ten more training seats", Kind__c: "Seats", Yearly_Value__c: 4500 };

const MILESTONES = [
    ["Self-assessment done", "Functional", "2026-06-15", { Achieved_On__c: "2026-06-10" }],
    [
        "Team trained",
        "Functional",
        "2026-07-31",
        {
            First_Promised_Due__c: "2026-07-15",
            Achieved_On__c: "2026-08-20",
            Metric_Name__c: "Staff trained",
            Metric_Baseline__c: 0,
            Metric_Target__c: 12,
            Expansion_Offer__c: SEATS.Id
        }
    ],
    [
        "Security plan in daily use",
        "Operational",
        "2026-09-30",
        {
            First_Promised_Due__c: "2026-09-01",
            Metric_Name__c: "Sites where the plan is in use",
            Metric_Baseline__c: 0,
            Metric_Target__c: 6
        }
    ],
    ["Certification audit", "Opportune", "2026-10-12", { Expansion_Offer__c: OFFER.Id }],
    ["Shortlisted for a tender", "Opportune", "2026-12-15", {}],
    ["Two tenders won", "Strategic", "2027-02-26", { Advocacy_Ask__c: "a case study", Advocacy_Level__c: 2 }]
].map(([Name, Type__c, Due__c, more], index) => ({
    Id: `a02000000000${index + 1}00AAA`,
    Desired_Outcome__c: GOAL.Id,
    Name,
    Type__c,
    Due__c,
    First_Promised_Due__c: Due__c,
    Inside_Offering__c: Type__c === "Functional",
    ...more
}));

const AUDIT = MILESTONES[3].Id;

const AGREED = [
    [
        "Send the audit pack",
        "Us, behind the scenes",
        "2026-11-10",
        AUDIT,
        { Consequence__c: "The auditor can't be booked before January, and the tender round is lost." }
    ],
    ["Introduce two certified members", "Us, behind the scenes", "2026-12-01", null, {}],
    ["Book the auditor", "Together", "2026-11-27", AUDIT, { Consequence__c: "No audit date, no certificate." }],
    [
        "Upload the evidence for chapters 4 to 6",
        "Member, in our offering",
        "2026-11-13",
        AUDIT,
        { Consequence__c: "The audit pack stays incomplete." }
    ],
    ["Board approves the security budget", "Member, on their own", "2026-12-04", null, {}],
    ["Translate the tender forms", "Member, on their own", "2027-01-29", null, {}],
    ["Kick-off workshop", "Together", "2026-05-20", null, { Done_On__c: "2026-05-19" }],
    ["Share the bid template", "Us, behind the scenes", "2026-12-10", null, { Agreed_On__c: null }]
].map(([Name, Party__c, Due__c, milestone, more], index) => ({
    Id: `a0300000000000${index + 1}AAA`,
    Desired_Outcome__c: GOAL.Id,
    Success_Milestone__c: milestone,
    Name,
    Party__c,
    Due__c,
    Agreed_On__c: "2026-05-11",
    ...more
}));

const REQUIREMENTS = [
    ["Condition", "At least one tender is worth $250,000 or more", true],
    ["Condition", "No new hires are needed for it", true],
    ["Appropriate Experience", "Guidance in writing first; calls only when stuck", false],
    ["Appropriate Experience", "The same contact on our side all the way", false]
].map(([Kind__c, Description__c, Essential__c], index) => ({
    Id: `a0400000000000${index + 1}AAA`,
    Desired_Outcome__c: GOAL.Id,
    Kind__c,
    Description__c,
    Essential__c
}));

const READINGS = [
    { Success_Milestone__c: MILESTONES[1].Id, Read_On__c: "2026-08-20", Value__c: 12 },
    { Success_Milestone__c: MILESTONES[2].Id, Read_On__c: "2026-09-21", Value__c: 2 },
    { Success_Requirement__c: REQUIREMENTS[1].Id, Read_On__c: "2026-10-07", State__c: "Met", Note__c: "The contact, by email." },
    {
        Success_Requirement__c: REQUIREMENTS[2].Id,
        Read_On__c: "2026-11-03",
        State__c: "Breached",
        Note__c: "Three unannounced calls in October; the contact asked for email."
    }
].map((row, index) => ({ Id: `a0500000000000${index + 1}AAA`, Desired_Outcome__c: GOAL.Id, ...row }));

export const GOAL_ROWS = {
    Expansion_Offer__c: [OFFER, SEATS],
    Success_Milestone__c: MILESTONES,
    Joint_Accountability__c: AGREED,
    Success_Requirement__c: REQUIREMENTS,
    Success_Reading__c: READINGS
};
