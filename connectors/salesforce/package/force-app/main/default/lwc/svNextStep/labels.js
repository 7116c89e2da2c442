import ask from "@salesforce/label/c.SV_Next_Ask";
import askReady from "@salesforce/label/c.SV_Next_AskReady";
import askTeedUp from "@salesforce/label/c.SV_Next_AskTeedUp";
import askWait from "@salesforce/label/c.SV_Next_AskWait";
import because from "@salesforce/label/c.SV_Next_Because";
import by from "@salesforce/label/c.SV_Next_By";
import byIn from "@salesforce/label/c.SV_Next_ByIn";
import calm from "@salesforce/label/c.SV_Next_Calm";
import calmAsk from "@salesforce/label/c.SV_Next_CalmAsk";
import calmBoth from "@salesforce/label/c.SV_Next_CalmBoth";
import calmNoMilestone from "@salesforce/label/c.SV_Next_CalmNoMilestone";
import calmOffer from "@salesforce/label/c.SV_Next_CalmOffer";
import calmText from "@salesforce/label/c.SV_Next_CalmText";
import log from "@salesforce/label/c.SV_Next_Log";
import makeOffer from "@salesforce/label/c.SV_Next_MakeOffer";
import notScored from "@salesforce/label/c.SV_Next_NotScored";
import notScoredText from "@salesforce/label/c.SV_Next_NotScoredText";
import offerAccelerator from "@salesforce/label/c.SV_Next_OfferAccelerator";
import offerReady from "@salesforce/label/c.SV_Next_OfferReady";
import offerSubject from "@salesforce/label/c.SV_Next_OfferSubject";
import offerTeedUp from "@salesforce/label/c.SV_Next_OfferTeedUp";
import offerWait from "@salesforce/label/c.SV_Next_OfferWait";
import overdue from "@salesforce/label/c.SV_Next_Overdue";
import plan from "@salesforce/label/c.SV_Next_Plan";
import setGoal from "@salesforce/label/c.SV_Next_SetGoal";
import stale from "@salesforce/label/c.SV_Next_Stale";
import title from "@salesforce/label/c.SV_Next_Title";
import who from "@salesforce/label/c.SV_Next_Who";
import whoAs from "@salesforce/label/c.SV_Next_WhoAs";
import why from "@salesforce/label/c.SV_Next_Why";
import you from "@salesforce/label/c.SV_Next_You";

/** The words of this screen, in the user's language. */
export default {
    ask,
    askReady,
    askTeedUp,
    askWait,
    because,
    by,
    byIn,
    calm,
    calmAsk,
    calmBoth,
    calmNoMilestone,
    calmOffer,
    calmText,
    log,
    makeOffer,
    notScored,
    notScoredText,
    offerAccelerator,
    offerReady,
    offerSubject,
    offerTeedUp,
    offerWait,
    overdue,
    plan,
    setGoal,
    stale,
    title,
    who,
    whoAs,
    why,
    you
};
