// The member whose page it is, as far as no score is concerned. "Today" is 20 November 2026.

export const TODAY = "2026-11-20";
export const ACCOUNT = "001000000000001AAA";
export const CONTACT = "003000000000001AAA";

export const MEMBER = {
    Name: "Sample Member 017",
    OwnerId: "005000000000001AAA",
    OwnerName: "Sample MSM 02",
    Is_Member__c: true,
    Paid_Through__c: "2027-01-31"
};
