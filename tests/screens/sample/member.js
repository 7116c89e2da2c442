// A member organisation that is off course on the way to its goal, as of 20 November 2026.

export const TODAY = "2026-11-20";
export const ACCOUNT = "001000000000001AAA";
export const CONTACT = "003000000000001AAA";

export const MEMBER = {
    Name: "Sample Member 017",
    OwnerId: "005000000000001AAA",
    OwnerName: "Mira Okafor",
    Is_Member__c: true,
    Paid_Through__c: "2027-01-31",
    Vector_Status__c: "Off course",
    Success_Score__c: 45.2,
    Success_Score_Low__c: 37.6,
    Vector_Direction__c: -0.3124,
    Vector_Magnitude__c: 1.2407,
    Vector_Pace__c: -0.3876,
    Success_Progress__c: 0.3,
    Requirements_Known__c: 0.5,
    Facts_Stale__c: false,
    Success_Gap__c: "None",
    Expansion_Flag__c: "Wait",
    Expansion_Offer_Name__c: "Audit accelerator",
    Expansion_Value__c: 12000,
    Expansion_Reason__c: "the vector is not positive",
    Advocacy_Flag__c: "None",
    Intervention_Flag__c: "Off course",
    Intervention_Reason__c: "off course: 'Certification audit' late since 12 Oct; we owe the audit pack since 10 Nov",
    Next_Step__c: "The MSM: deliver 'Send the audit pack', due 10 Nov.",
    Next_Step_By__c: "2026-11-27",
    Vector_Explanation__c:
        "Off course: we owe 'Send the audit pack' since 10 Nov, and 'Certification audit' is late since 12 Oct. If it is achieved this week: on course, 45 to 68.",
    Scored_As_Of__c: "2026-11-20",
    Definition_Version__c: 1
};

export const SNAPSHOTS = [
    ["2026-05-31", 50, 44],
    ["2026-06-30", 55.1, 49],
    ["2026-07-31", 57.4, 51],
    ["2026-08-31", 60.2, 54],
    ["2026-09-30", 58.8, 51],
    ["2026-10-31", 52, 45],
    ["2026-11-19", 45.2, 37.6]
];
