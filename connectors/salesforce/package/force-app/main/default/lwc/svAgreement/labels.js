import agree from "@salesforce/label/c.SV_Agreed_Agree";
import agreeThis from "@salesforce/label/c.SV_Agreed_AgreeThis";
import costs from "@salesforce/label/c.SV_Agreed_Costs";
import doneOn from "@salesforce/label/c.SV_Agreed_DoneOn";
import dueOn from "@salesforce/label/c.SV_Agreed_DueOn";
import dueToday from "@salesforce/label/c.SV_Agreed_DueToday";
import lateSince from "@salesforce/label/c.SV_Agreed_LateSince";
import lateSinceOne from "@salesforce/label/c.SV_Agreed_LateSinceOne";
import noDay from "@salesforce/label/c.SV_Agreed_NoDay";
import saidAgreed from "@salesforce/label/c.SV_Agreed_SaidAgreed";
import saidDone from "@salesforce/label/c.SV_Agreed_SaidDone";
import saidOpen from "@salesforce/label/c.SV_Agreed_SaidOpen";
import serves from "@salesforce/label/c.SV_Agreed_Serves";

/** The words of this screen, in the user's language. */
export default {
    agree,
    agreeThis,
    costs,
    doneOn,
    dueOn,
    dueToday,
    lateSince,
    lateSinceOne,
    noDay,
    saidAgreed,
    saidDone,
    saidOpen,
    serves
};
