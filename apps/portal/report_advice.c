/* report_advice.c - what to do about a weakness, by kind of work and by who does it. Texts begin with a verb and can be checked. */
#include "apps/portal/report_model.h"
#include "common/base/str.h"

enum family { TECHNICAL, LEADERSHIP, LEGAL, COMMERCIAL, VOICE, FAMILY_COUNT };

static const struct {
    const char *role, *label;
    enum family family;
} roles[] = {
    {"ciso", "CISO", LEADERSHIP},
    {"executive", "Executive", LEADERSHIP},
    {"business-owner", "Business owner", LEADERSHIP},
    {"soc-analyst", "SOC analyst", TECHNICAL},
    {"it-ops", "IT operations", TECHNICAL},
    {"cloud-ops", "Cloud operations", TECHNICAL},
    {"legal", "Legal", LEGAL},
    {"hr", "Human resources", LEGAL},
    {"finance", "Finance", COMMERCIAL},
    {"vendor-manager", "Vendor manager", COMMERCIAL},
    {"communications", "Communications", VOICE},
};

static const struct {
    const char *activity, *texts[FAMILY_COUNT];
} advice[] = {
    {"prepare",
     {[TECHNICAL] = "Write a one-page runbook for the first hour of this scenario (who looks where, which logs, who may isolate what) and "
                    "walk through it with every shift.",
      [LEADERSHIP] = "Name a deputy for every decision right in the incident plan and test by phone, outside office hours, that each one "
                     "can be reached.",
      [LEGAL] = "Prepare the first notifications as templates with authority, deadline and the facts it asks for, and have counsel "
                "approve them before they are needed.",
      [COMMERCIAL] = "Add security contacts, notice periods and the duty to support an investigation to the contracts of the most "
                     "critical suppliers.",
      [VOICE] = "Draft holding statements for staff, customers and press, and agree who releases them when normal mail is down."}},
    {"detect",
     {[TECHNICAL] = "Define which weak signals must be looked at together, and turn that rule into a detection with an owner and a "
                    "response time.",
      [LEADERSHIP] = "Set the threshold at which a suspicion becomes an incident, and let the person on duty declare it without asking "
                     "upwards.",
      [LEGAL] = "Give legal and human resources a direct route to the security team, so that unusual reports from staff reach an "
                "analyst within the hour.",
      [COMMERCIAL] = "Require a call-back on a number known before the request for every change of payment or contract data, and "
                     "sample the records each month.",
      [VOICE] = "Route unusual messages from customers, press and social media to the security team, and record when each was passed "
                "on."}},
    {"analyse",
     {[TECHNICAL] = "Practise establishing the scope from preserved logs: what was touched, since when, by which account, and what the "
                    "logs cannot show.",
      [LEADERSHIP] = "Ask for a standing situation report (known, assumed, unknown, next check) before each decision, and record the "
                     "basis of the decision.",
      [LEGAL] = "Agree with the security team which facts make a case reportable, and keep a log of when each of them became known.",
      [COMMERCIAL] = "Keep an inventory of the data, access and money that each critical supplier can reach, so that exposure can be "
                     "stated on request.",
      [VOICE] = "Name one analyst who checks every statement against the confirmed facts before it is released."}},
    {"contain",
     {[TECHNICAL] = "Define the isolation steps for accounts, hosts and keys, the evidence to save first and who may trigger them, and "
                    "rehearse them each quarter.",
      [LEADERSHIP] = "Decide in advance which services may be stopped to contain an attack, who decides it and which loss is accepted "
                     "for it.",
      [LEGAL] = "State in the incident plan which containment steps need legal or HR advice, and how to get it at night.",
      [COMMERCIAL] = "Agree with bank and suppliers how payments and connections are stopped at short notice, with names, numbers and "
                     "hours of service.",
      [VOICE] = "Set up a channel for the response team outside the affected systems, and practise moving the conversation there."}},
    {"eradicate",
     {[TECHNICAL] = "Write a checklist of every foothold to remove in one planned step (sessions, keys, rules, grants, accounts), with "
                    "a test that shows each is gone.",
      [LEADERSHIP] = "Require evidence that all footholds are gone before a system returns to service, and name who signs it off.",
      [LEGAL] = "Define how evidence is copied and kept before systems are cleaned, with its custody recorded for later proceedings.",
      [COMMERCIAL] = "Require suppliers to confirm in writing which access they removed or renewed, and verify a sample yourselves.",
      [VOICE] = "Prepare instructions to staff about resets and new credentials that an attacker cannot imitate."}},
    {"recover",
     {[TECHNICAL] = "Restore the most important service from a clean copy as a test, measure how long it takes, and record the order "
                    "of the services that follow.",
      [LEADERSHIP] = "Approve an order of recovery with a condition for each restart, and name the person who declares the condition "
                     "met.",
      [LEGAL] = "List the duties that continue during recovery (follow-up reports, evidence holds, staff matters) with an owner for "
                "each.",
      [COMMERCIAL] = "Define how finance and purchasing work by hand while systems are down, and which controls hold in that time.",
      [VOICE] = "Plan the messages for the return to service: what works, what does not yet, what customers need to do."}},
    {"communicate",
     {[TECHNICAL] = "Agree on a short form for every escalation and handover (what happened, effect, what is needed, by when) and use "
                    "it in daily work.",
      [LEADERSHIP] = "Fix who informs board, authorities, customers and staff, in which order and how often, and keep the list outside "
                     "the affected systems.",
      [LEGAL] = "Put every reporting deadline that applies to you on one page with trigger, recipient and owner, and rehearse the "
                "first report.",
      [COMMERCIAL] = "Prepare the first call to bank, insurer and key suppliers: contacts, policy numbers and the facts they will ask "
                     "for.",
      [VOICE] = "Rehearse a first statement under time pressure: confirmed facts only, no guess about cause or amount, and a time for "
                "the next update."}},
    {"improve",
     {[TECHNICAL] = "Turn each lesson into a ticket with an owner, a date and a test that proves it, and repeat the test in the next "
                    "exercise.",
      [LEADERSHIP] = "Review the open actions of the last incidents and exercises each month in management, and record decisions with "
                     "reasons.",
      [LEGAL] = "Check after each exercise whether plan, contracts and notification templates still match your duties, and record the "
                "check.",
      [COMMERCIAL] = "Carry the lessons into supplier reviews and payment controls, each with a date on which the change is verified.",
      [VOICE] = "Compare what was said, when and to whom with the facts confirmed at that time, and update the templates."}},
};

const char *advice_for(const char *activity, const char *role) {
    enum family family = LEADERSHIP;
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        family = str_eq(roles[i].role, role) ? roles[i].family : family;
    }
    for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++) {
        if (str_eq(advice[i].activity, activity)) {
            return advice[i].texts[family];
        }
    }
    return advice[0].texts[family]; /* the linter knows the activities; a new one is at least prepared for */
}

const char *role_label(const char *role) {
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (str_eq(roles[i].role, role)) {
            return roles[i].label;
        }
    }
    return role;
}
