/* session.c - reading, deleting, and the state of one exercise. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

struct status_query {
    const char *id;
};

struct rename_body {
    const char *name;
};

static const struct field rename_fields[] = {
    FIELD_STR(struct rename_body, name, "name", 0, 0, EXERCISE_NAME_MAX,
              .help = "The new name; null, empty or absent: none, its title alone.", .example = "Spring drill of the night shift"),
    FIELD_END,
};

static const struct field status_query_fields[] = {
    FIELD_UUID(struct status_query, id, "id", FIELD_REQUIRED, .help = "Of the exercise.",
               .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    FIELD_END,
};

/* Closes the overdue question as expired: its time ran out while nobody looked (rule C4). */
static enum err expire(struct req *q, const struct run *run) {
    struct db_rows said;
    return answer_put(q, run, run->next, NULL, &said);
}

/* Notes when questions were first shown; against the clock this starts the time of one question. */
static enum err show(struct req *q, struct run *run) {
    const struct play_stage *ps = &run->play->stages[run->open_stage];
    int last = run->timed ? run->next : ps->last;
    double seconds = run->timed ? play_seconds(run->play, &run->play->questions[run->next], run->timing) : 0;
    struct db_rows rows;
    struct db_call call = {SQL_QUESTION_SHOW(run->participant_id, db_number(q->arena, run->next), db_number(q->arena, last),
                                             run->timed ? arena_printf(q->arena, "%.0f", seconds) : NULL),
                           .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return ERR_NOT_FOUND; /* deleted a moment ago */
    }
    for (int i = 0; e == OK && i < rows.n; i++) {
        int64_t at = db_int(&rows, i, COL_QUESTION_INDEX);
        run->show[at] = (struct run_shown){.shown = true, .deadline = db_str(&rows, i, COL_DEADLINE)};
    }
    return e;
}

static enum err session_get(struct req *q, struct resp *r) {
    struct run run;
    enum err e = run_load(q, q->params[0], &run);
    bool playing = e == OK && run.participant_id && str_eq(run.status, "IN_PROGRESS") && run.next < run.play->nquestions;
    if (playing && run.show[run.next].overdue) {
        e = expire(q, &run);
        e = e == OK ? run_load(q, q->params[0], &run) : e;
        run.hold = true;
    } else if (playing && !run.show[run.next].shown) {
        e = show(q, &run);
    }
    if (e == OK && run.access == RUN_DEBRIEF && !db_bool(&run.exercise, 0, COL_SEEN)) {
        struct db_call seen = {SQL_DEBRIEF_SEEN(q->params[0])};
        e = req_run(q, &seen, 1);
    }
    if (e == OK) {
        session_write(q, r, &run);
    }
    return e;
}

static enum err session_put(struct req *q, struct resp *r) {
    const struct rename_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_EXERCISE_RENAME(q->params[0], b->name && *b->name ? b->name : NULL), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "not_found")) {
        return ERR_NOT_FOUND;
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "forbidden")) {
        return resp_fail(r, ERR_FORBIDDEN, W_ERRORS_EXERCISE_RENAME);
    }
    return reply_success(r);
}

static enum err session_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_EXERCISE_DELETE(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "not_found")) {
        return ERR_NOT_FOUND;
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "forbidden")) {
        return resp_fail(r, ERR_FORBIDDEN, W_ERRORS_EXERCISE_DELETE);
    }
    return reply_success(r);
}

static enum err status_get(struct req *q, struct resp *r) {
    const struct status_query *query = q->query;
    return reply_from(q, r, (struct db_call){SQL_SESSION_STATUS(query->id)});
}

static const struct field exercise_status_members[] = {
    OUT(FT_UUID, "id", "Of the exercise.", .column = COL_ID, .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    OUT(FT_ENUM, "status", "Where it stands; only while IN_PROGRESS are answers taken.", .column = COL_STATUS,
        .values = VALUES("DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED"), .example = "IN_PROGRESS"),
    OUT(FT_STR, "title", "Of the story.", .column = COL_TITLE, .min = 1, .example = "The backup that would not start"),
    OUT(FT_INT, "progress", "Percent of the generation that is done; always 100 for exercises from the library.", .column = COL_PROGRESS,
        .min = 0, .max = 100, .example = "100"),
    OUT(FT_STR, "error", "Why generating failed; null: it did not.", .column = COL_ERROR, .flags = FIELD_NULL, .example = "null"),
    FIELD_END,
};
static const struct shape exercise_status_shape =
    SHAPE("ExerciseStatus", "Where an exercise stands, without its content.", exercise_status_members);

static const struct field participant_user_members[] = {
    OUT(FT_UUID, "id", "Of the person; null: erased.", .column = COL_USER_ID, .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "firstName", "Given name; null: erased.", .column = COL_FIRST_NAME, .flags = FIELD_NULL, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name; null: erased.", .column = COL_LAST_NAME, .flags = FIELD_NULL, .example = "Sample"),
    FIELD_END,
};
static const struct shape participant_user_shape =
    SHAPE("ParticipantUser", "Who it is; every member is null when the person was erased.", participant_user_members);

static const struct field participant_answer_members[] = {
    OUT(FT_INT, "questionIndex", "Of the question, from 0 over the whole exercise.", .min = 0, .max = 29, .example = "0"),
    OUT(FT_INT, "stageIndex", "Of the stage, from 0.", .min = 0, .max = 4, .example = "0"),
    OUT(FT_ENUM, "selectedOption", "Letter as this person saw the options; null: the time ran out.", .values = VALUES("A", "B", "C", "D"),
        .flags = FIELD_NULL, .example = "B"),
    OUT(FT_BOOL, "isCorrect", "Whether it was the best option."),
    OUT(FT_INT, "points", "Points that the answer got.", .min = 0, .example = "200"),
    OUT(FT_BOOL, "expired", "Whether the time ran out before an answer came.", .example = "false"),
    OUT(FT_INT, "confidence", "How sure the person was, from 1 to 5; null: not said.", .min = 1, .max = 5, .flags = FIELD_NULL,
        .example = "4"),
    OUT(FT_STR, "rationale", "Why, in the person's words; null: not said.", .max = 2000, .flags = FIELD_NULL,
        .example = "Evidence in memory would be lost by switching off."),
    OUT(FT_TIME, "answeredAt", "When the answer was stored.", .example = "2026-11-21T08:21:07.940Z"),
    FIELD_END,
};
static const struct shape participant_answer_shape = SHAPE("ParticipantAnswer", "One answer of a participant.", participant_answer_members);

static const struct field participant_members[] = {
    OUT(FT_UUID, "id", "Of the participation.", .column = COL_ID, .example = "e4f8a2c6-1d3b-4579-8a9c-0b1c2d3e4f50"),
    OUT(FT_UUID, "userId", "Of the person; null: erased.", .column = COL_USER_ID, .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_INT, "totalScore", "Points so far; null: a colleague's, whose results the caller may not see.", .write = session_write_score,
        .min = 0, .flags = FIELD_NULL, .example = "200"),
    OUT(FT_INT, "rank", "Place among the participants by points, from 1; null as totalScore is.", .write = session_write_rank, .min = 1,
        .flags = FIELD_NULL, .example = "1"),
    OUT(FT_TIME, "joinedAt", "When the person began to take part.", .column = COL_JOINED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_OBJ, "user", "Who it is; its members are null when the person was erased.", .shape = &participant_user_shape),
    OUT(FT_OBJS, "answers",
        "On the caller's own row; on others' only after completion and only for facilitators, administrators and auditors.",
        .write = session_write_answers, .max = 30, .shape = &participant_answer_shape, .flags = FIELD_MAYBE, .example = "1"),
    FIELD_END,
};
static const struct shape participant_shape = SHAPE("Participant", "Somebody who plays, or has played, the exercise.", participant_members);

static const struct field session_certificate_members[] = {
    OUT(FT_BOOL, "eligible", "Whether the caller can have a certificate of this run."),
    OUT(FT_UUID, "id", "Of the certificate; null: it was not asked for yet.", .flags = FIELD_NULL,
        .example = "b7e6d5c4-3a29-4180-9f0e-1d2c3b4a5968"),
    OUT(FT_ENUM, "grade",
        "By the share of best answers: PLATINUM from 90 %, GOLD from 75, SILVER from 60, BRONZE from 50; null when not eligible.",
        .values = VALUES("PLATINUM", "GOLD", "SILVER", "BRONZE"), .flags = FIELD_NULL, .example = "GOLD"),
    OUT(FT_STR, "reason", "The condition that failed; null when eligible.", .flags = FIELD_NULL, .example = "null"),
    FIELD_END,
};
static const struct shape session_certificate_shape =
    SHAPE("SessionCertificate", "Whether the caller's run earns a certificate.", session_certificate_members);

static const struct field scenario_attacker_profile_members[] = {
    OUT(FT_STR, "name", "What the exercise calls the attacker: an invented name.", .min = 1, .example = "Copper Lantern"),
    OUT(FT_STR, "type", "What kind of attacker it is.", .min = 1, .example = "Affiliate of a double extortion service"),
    OUT(FT_STR, "motivation", "What the attacker wants.", .min = 1,
        .example = "Money, by encrypting systems and by threatening to publish copied data"),
    OUT(FT_STR, "sophistication", "How able the attacker is.", .min = 1, .example = "Patient for days, fast on the last evening"),
    FIELD_END,
};
static const struct shape scenario_attacker_profile_shape =
    SHAPE("ScenarioAttackerProfile", "Who attacks, as the players may know it.", scenario_attacker_profile_members);

static const struct field scenario_target_organization_members[] = {
    OUT(FT_STR, "industry", "What the organisation of the story does.", .min = 1, .example = "regional logistics"),
    OUT(FT_STR, "size", "How large it is.", .min = 1, .example = "About 1,400 employees at three sites"),
    OUT(FT_STR, "description", "What the players should know about it.", .min = 1,
        .example = "A mid-sized organisation with one central directory and a small security team."),
    FIELD_END,
};
static const struct shape scenario_target_organization_shape =
    SHAPE("ScenarioTargetOrganization", "Who is attacked: the organisation of the story, with words of its profile.",
          scenario_target_organization_members);

static const struct field story_character_members[] = {
    OUT(FT_STR, "name", "Full name, as stories use it.", .min = 1, .max = 80, .example = "Alex Example"),
    OUT(FT_STR, "role", "What the person does; stories give the part that fits best, by these words.", .min = 1, .max = 80,
        .example = "Head of IT operations"),
    OUT(FT_STR, "department", "Where in the organisation; empty: not said.", .max = 80, .example = "IT"),
    OUT(FT_STR, "description", "A sentence for the players; empty: none.", .max = 500,
        .example = "Keeps the servers running and knows every exception ever made."),
    OUT(FT_STRS, "expertise", "What the person is good at.", .max = 10, .item_max = 80, .example = "Backup and recovery|Virtual servers"),
    FIELD_END,
};
static const struct shape story_character_shape =
    SHAPE("StoryCharacter", "A person of this story, as chosen when the exercise was generated.", story_character_members);

static const struct field open_stage_clock_members[] = {
    OUT(FT_STR, "scenario", "Time in the story.", .min = 1, .example = "Day 1, 06:25"),
    OUT(FT_STR, "regulatory", "What of legal deadlines has begun or runs out.", .min = 1, .example = "No deadline runs yet."),
    FIELD_END,
};
static const struct shape open_stage_clock_shape =
    SHAPE("OpenStageClock", "How late it is in the story and by law.", open_stage_clock_members);

static const struct field indicator_members[] = {
    OUT(FT_ENUM, "type", "What kind of indicator it is.", .values = VALUES("account", "domain", "email", "file", "hash", "ip", "url"),
        .example = "ip"),
    OUT(FT_STR, "value", "As it would stand in a log; it belongs to nobody.", .min = 1, .example = "192.0.2.44"),
    OUT(FT_STR, "note", "What the players should know about it; null: nothing.", .flags = FIELD_NULL,
        .example = "Address of the outside technician's session."),
    FIELD_END,
};
static const struct shape indicator_shape = SHAPE("Indicator", "An indicator of compromise that the players may use.", indicator_members);

static const struct field alert_members[] = {
    OUT(FT_STR, "tool", "The organisation's tool when the exercise was made, otherwise the category, such as SIEM.", .min = 1, .max = 80,
        .example = "SIEM"),
    OUT(FT_ENUM, "severity", "How grave the tool holds it to be.", .values = VALUES("low", "medium", "high", "critical"),
        .example = "high"),
    OUT(FT_STR, "title", "The alert in a few words.", .min = 1, .example = "Shadow copies deleted"),
    OUT(FT_STR, "description", "What the tool reports.", .min = 1, .example = "vssadmin ran on two file servers within one minute."),
    FIELD_END,
};
static const struct shape alert_shape = SHAPE("Alert", "An alert of one of the organisation's tools.", alert_members);

static const struct field inject_members[] = {
    OUT(FT_STR, "time", "Time of the day in the story, HH:MM; empty: before it begins.", .pattern = "^([0-9]{2}:[0-9]{2})?$",
        .example = "06:25"),
    OUT(FT_ENUM, "channel", "How the message reaches the players.",
        .values = VALUES("email", "phone", "chat", "ticket", "alert", "press", "letter", "portal", "meeting"), .example = "phone"),
    OUT(FT_STR, "from", "Who says it.", .min = 1, .example = "Night operator"),
    OUT(FT_STR, "text", "What is said.", .min = 1, .example = "Two file servers are slow and I cannot open the backup console."),
    FIELD_END,
};
static const struct shape inject_shape = SHAPE("Inject", "A message that reaches the players in this stage.", inject_members);

static const struct field open_option_members[] = {
    OUT(FT_INT, "index", "Place among the options as this player sees them, from 0.", .min = 0, .max = 3, .example = "0|1|2|3"),
    OUT(FT_ENUM, "letter", "What selectedOption of an answer names.", .values = VALUES("A", "B", "C", "D"), .example = "A|B|C|D"),
    OUT(FT_STR, "text", "What the player would do.", .min = 1,
        .example = "The incident lead on duty.|The head of IT operations.|Whoever sees it first."),
    FIELD_END,
};
static const struct shape open_option_shape = SHAPE("OpenOption", "An option that can be chosen.", open_option_members);

static const struct field open_question_members[] = {
    OUT(FT_INT, "questionIndex", "From 0 over the whole exercise: what an answer names.", .min = 0, .max = 29, .example = "0|1|2"),
    OUT(FT_INT, "stageQuestionIndex", "From 0 within its stage: what an answer names together with stageIndex.", .min = 0, .max = 29,
        .example = "0|1|2"),
    OUT(FT_STR, "question", "What has to be decided.", .min = 1,
        .example = "-|Who is told first that this may be an attack?|Who may disconnect the whole site?"),
    OUT(FT_STR, "context", "What the person in this role knows besides; null: nothing.", .flags = FIELD_NULL, .example = "null"),
    OUT(FT_ENUM, "difficulty", "Level of the question, which decides its points.", .values = VALUES("easy", "medium", "hard"),
        .example = "medium"),
    OUT(FT_ENUM, "role", "Who in the organisation has to decide.",
        .values = VALUES("ciso", "soc-analyst", "it-ops", "legal", "communications", "business-owner", "executive", "hr", "vendor-manager",
                         "finance", "cloud-ops"),
        .example = "soc-analyst"),
    OUT(FT_INT, "maxPoints", "Points for the best option.", .min = 1, .example = "200"),
    OUT(FT_INT, "timeLimitSeconds", "Seconds to answer from when it is shown, an allowance for reading included; null: no limit.", .min = 1,
        .flags = FIELD_NULL, .example = "null"),
    OUT(FT_TIME, "deadline", "When the time is over; null: no limit, not shown yet, or answered.", .example = "null", .flags = FIELD_NULL),
    OUT(FT_OBJS, "options", "In an order of this player's own.", .min = 3, .max = 4, .shape = &open_option_shape),
    FIELD_END,
};
static const struct shape open_question_shape =
    SHAPE("OpenQuestion", "A question that the caller has not answered: nothing of the key.", open_question_members);

static const struct field debrief_option_members[] = {
    OUT(FT_INT, "index", "Place among the options as this player sees them, from 0.", .min = 0, .max = 3, .example = "0|1|2|3"),
    OUT(FT_ENUM, "letter", "What selectedOption of an answer names.", .values = VALUES("A", "B", "C", "D"), .example = "A|B|C|D"),
    OUT(FT_STR, "text", "What the player would do.", .min = 1,
        .example = "Switch both servers off at once.|Isolate both servers from the network and leave them running.|Wait for the day shift "
                   "before touching anything."),
    OUT(FT_BOOL, "isCorrect", "True for the best option only.", .example = "false|true|false"),
    OUT(FT_INT, "points", "Points for choosing it.", .min = 0, .example = "80|200|0"),
    OUT(FT_STR, "why", "Why not this one; null for the best.", .flags = FIELD_NULL,
        .example = "It stops the encryption, and loses what is in memory.|null|Every minute encrypts more files."),
    FIELD_END,
};
const struct shape debrief_option_shape = SHAPE("DebriefOption", "An option with what it was worth.", debrief_option_members);

static const struct field real_incident_members[] = {
    OUT(FT_STR, "name", "What the incident is known as.", .min = 1, .example = "Ransomware at a hospital group"),
    OUT(FT_INT, "year", "In which year it happened.", .min = 1980, .example = "2021"),
    OUT(FT_STR, "text", "What happened and what it has to do with the question.", .min = 1,
        .example = "Servers were switched off in a hurry; the investigation then lacked what had been in memory."),
    FIELD_END,
};
const struct shape real_incident_shape =
    SHAPE("RealIncident", "A public incident in which the same decision mattered.", real_incident_members);

static const struct field debrief_question_members[] = {
    OUT(FT_INT, "questionIndex", "From 0 over the whole exercise: what an answer names.", .min = 0, .max = 29, .example = "0"),
    OUT(FT_INT, "stageQuestionIndex", "From 0 within its stage: what an answer names together with stageIndex.", .min = 0, .max = 29,
        .example = "0"),
    OUT(FT_STR, "question", "What has to be decided.", .min = 1,
        .example = "Shadow copies are being deleted on two file servers at 06:20. What do you do first?"),
    OUT(FT_STR, "context", "What the person in this role knows besides; null: nothing.", .flags = FIELD_NULL,
        .example = "The night operator is alone on site."),
    OUT(FT_ENUM, "difficulty", "Level of the question, which decides its points.", .values = VALUES("easy", "medium", "hard"),
        .example = "medium"),
    OUT(FT_ENUM, "role", "Who in the organisation has to decide.",
        .values = VALUES("ciso", "soc-analyst", "it-ops", "legal", "communications", "business-owner", "executive", "hr", "vendor-manager",
                         "finance", "cloud-ops"),
        .example = "soc-analyst"),
    OUT(FT_INT, "maxPoints", "Points for the best option.", .min = 1, .example = "200"),
    OUT(FT_INT, "timeLimitSeconds", "Seconds to answer from when it is shown, an allowance for reading included; null: no limit.", .min = 1,
        .flags = FIELD_NULL, .example = "null"),
    OUT(FT_TIME, "deadline", "When the time is over; null: no limit, not shown yet, or answered.", .example = "null", .flags = FIELD_NULL),
    OUT(FT_OBJS, "options", "In an order of this player's own.", .min = 3, .max = 4, .shape = &debrief_option_shape),
    OUT(FT_ENUM, "selectedOption", "Letter that the caller chose; null: none, or the time ran out.", .values = VALUES("A", "B", "C", "D"),
        .flags = FIELD_NULL, .example = "B"),
    OUT(FT_ENUM, "correctOption", "Letter of the best option.", .values = VALUES("A", "B", "C", "D"), .example = "B"),
    OUT(FT_BOOL, "isCorrect", "Whether the caller chose the best option; null: the caller did not take part.", .flags = FIELD_NULL),
    OUT(FT_BOOL, "expired", "Whether the time ran out before an answer came; null: the caller did not take part.", .flags = FIELD_NULL,
        .example = "false"),
    OUT(FT_INT, "points", "Points that the caller got; null: the caller did not take part.", .min = 0, .flags = FIELD_NULL,
        .example = "200"),
    OUT(FT_STR, "explanation", "Why the best option is the best, then a line for each other one.", .min = 1,
        .example = "Isolation stops the spread and keeps what is in memory.\nA: It stops the encryption, and loses what is in memory.\nC: "
                   "Every minute encrypts more files."),
    OUT(FT_STR, "consequence", "What follows in the story from what the caller chose; null: the caller did not take part.", .min = 1,
        .flags = FIELD_NULL, .example = "The encryption stops at two servers, and the analysts find the account that was used."),
    OUT(FT_OBJ, "realIncident", "A public incident in which this mattered; null: none is named.", .shape = &real_incident_shape,
        .flags = FIELD_NULL),
    OUT(FT_STRS, "mitreTechniques", "ATT&CK ids of the techniques that the question is about.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$",
        .example = "T1490"),
    OUT(FT_STRS, "csf", "Subcategories of NIST CSF 2.0 that the question is about.", .pattern = "^(GV|ID|PR|DE|RS|RC)\\.[A-Z]{2}-[0-9]{2}$",
        .example = "RS.MI-01"),
    FIELD_END,
};
static const struct shape debrief_question_shape =
    SHAPE("DebriefQuestion",
          "A question after the caller has answered it, or in the debrief of a completed run: with the key and what each option was worth.",
          debrief_question_members);

static const struct shape open_stage_question_shape =
    ONE_OF("OpenStageQuestion", "With the key once the caller has answered it, or in a debrief; without it before.",
           &debrief_question_shape, &open_question_shape);

static const struct field open_stage_members[] = {
    OUT(FT_INT, "stageNumber", "From 1, in order of play.", .min = 1, .max = 5, .example = "1"),
    OUT(FT_STR, "title", "What the stage is called.", .min = 1, .example = "Three small oddities before breakfast"),
    OUT(FT_STR, "mitrePhase", "Tactic of ATT&CK that the stage is about.", .min = 1, .example = "Initial Access"),
    OUT(FT_STRS, "mitreTechniques", "ATT&CK ids of techniques that the attacker uses in it.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$",
        .example = "T1078"),
    OUT(FT_BOOL, "locked", "Whether its questions are still closed: a stage opens when those before are answered.",
        .values = VALUES("false")),
    OUT(FT_INT, "questionCount", "Questions in this stage.", .min = 1, .max = 30, .example = "3"),
    OUT(FT_STR, "narrative", "What happens, in paragraphs separated by an empty line.", .min = 1,
        .example = "At 06:20 two file servers answer slowly. The backup console does not open."),
    OUT(FT_STR, "branchText", "What the choices so far have led to; null: nothing yet.", .flags = FIELD_NULL, .example = "null"),
    OUT(FT_OBJ, "clock", "How late it is in the story and by law.", .shape = &open_stage_clock_shape),
    OUT(FT_OBJS, "iocIndicators", "Indicators that the players may use.", .shape = &indicator_shape),
    OUT(FT_OBJS, "alertsTriggered", "Alerts of the organisation's tools.", .shape = &alert_shape),
    OUT(FT_OBJS, "injects", "Messages that reach the players, in order.", .shape = &inject_shape),
    OUT(FT_OBJS, "questions",
        "Those that may be seen. Against the clock one at a time; none in the reply that closed an overdue one: the next clock starts with "
        "the next request.",
        .shape = &open_stage_question_shape, .example = "3"),
    FIELD_END,
};
static const struct shape open_stage_shape = SHAPE("OpenStage", "A stage that the caller may see.", open_stage_members);

static const struct field locked_stage_members[] = {
    OUT(FT_INT, "stageNumber", "From 1, in order of play.", .min = 1, .max = 5, .example = "-|2|3|4"),
    OUT(FT_STR, "title", "What the stage is called.", .min = 1, .example = "-|The second evening|The note|Back from the copies"),
    OUT(FT_STR, "mitrePhase", "Tactic of ATT&CK that the stage is about.", .min = 1, .example = "-|Lateral Movement|Exfiltration|Impact"),
    OUT(FT_STRS, "mitreTechniques", "ATT&CK ids of techniques that the attacker uses in it.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$",
        .example = "T1486"),
    OUT(FT_BOOL, "locked",
        "Its questions are closed: a stage opens when those before are answered, and to people who may see the outline "
        "alone none does.",
        .values = VALUES("true")),
    OUT(FT_INT, "questionCount", "Questions in this stage.", .min = 1, .max = 30, .example = "3"),
    FIELD_END,
};
static const struct shape locked_stage_shape =
    SHAPE("LockedStage", "A stage that comes later: what it is about, and nothing of its content.", locked_stage_members);

static const struct shape scenario_stage_shape = ONE_OF("ScenarioStage", "Open, or still locked.", &open_stage_shape, &locked_stage_shape);

static const struct field scenario_members[] = {
    OUT(FT_STR, "title", "Of the story.", .min = 1, .example = "The backup that would not start"),
    OUT(FT_STR, "overview", "The situation at the beginning.", .min = 1,
        .example = "Example Logistics depends on its dispatch system. Outside technicians enter through one jump server."),
    OUT(FT_OBJ, "attackerProfile", "Who attacks.", .shape = &scenario_attacker_profile_shape),
    OUT(FT_OBJ, "targetOrganization", "Who is attacked.", .shape = &scenario_target_organization_shape),
    OUT(FT_OBJS, "characters", "The people chosen for the story.", .max = 20, .shape = &story_character_shape, .example = "1"),
    OUT(FT_INT, "totalPoints", "Points that can be reached in the whole exercise.", .min = 1, .example = "2600"),
    OUT(FT_STRS, "objectives", "What the exercise trains.", .min = 3, .max = 7,
        .example = "Connect separate weak signals and declare an incident in time.|Decide on containment with an owner and a way "
                   "back.|Bring services back in an agreed order."),
    OUT(FT_OBJS, "stages", "All stages in order of play; those that are not open yet show no content.", .min = 2, .max = 5,
        .shape = &scenario_stage_shape, .example = "4"),
    FIELD_END,
};
static const struct shape scenario_shape = SHAPE("Scenario", "The story, as far as the caller may see it.", scenario_members);

static const struct field session_members[] = {
    OUT(FT_UUID, "id", "Of the exercise.", .column = COL_ID, .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    OUT(FT_UUID, "orgId", "Of the organisation that it belongs to.", .column = COL_ORG_ID,
        .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_STR, "name", "What somebody of the organisation called this exercise; null: nothing.", .column = COL_NAME, .min = 1, .max = 120,
        .flags = FIELD_NULL, .example = "Spring drill of the night shift"),
    OUT(FT_STR, "title", "Of the story.", .column = COL_TITLE, .min = 1, .example = "The backup that would not start"),
    OUT(FT_STR, "theme", "One of the catalogue's themes.", .column = COL_THEME, .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        .example = "ransomware"),
    OUT(FT_ENUM, "difficulty", "How hard the exercise is: the mix of questions, their points and the time for each follow from it.",
        .column = COL_DIFFICULTY, .values = VALUES("BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"), .example = "INTERMEDIATE"),
    OUT(FT_STR, "language", "ISO 639 code of the language.", .column = COL_LANGUAGE, .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
        .example = "en"),
    OUT(FT_ENUM, "engine", "Where the exercise comes from: library, in this version.", .column = COL_ENGINE,
        .values = VALUES("library", "ai")),
    OUT(FT_ENUM, "mode", "INDIVIDUAL: everybody plays alone, at once. GROUP: together, led by a facilitator.", .column = COL_MODE,
        .values = VALUES("INDIVIDUAL", "GROUP")),
    OUT(FT_ENUM, "timing", "Time limits: off, standard (that of the difficulty), or half or twice as long again.", .column = COL_TIMING,
        .values = VALUES("off", "standard", "x1.5", "x2"), .example = "off"),
    OUT(FT_ENUM, "status", "Only while IN_PROGRESS are answers taken; COMPLETED: every question is answered or its time is over.",
        .column = COL_STATUS, .values = VALUES("DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED"),
        .example = "IN_PROGRESS"),
    OUT(FT_ENUM, "access",
        "What the caller may see. own: takes part. debrief: leads or audits, and the run is completed: everything with everybody's "
        "answers. "
        "outline: what it is about and who takes part; no question, no result.",
        .write = session_write_access, .values = VALUES("own", "debrief", "outline"), .example = "own"),
    OUT(FT_UUID, "createdById", "Who generated it; null: the person is gone.", .column = COL_CREATED_BY, .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_TIME, "createdAt", "When it was generated.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "startedAt", "When play began; null: it has not.", .column = COL_STARTED_AT, .example = "2026-11-21T08:15:30.123Z",
        .flags = FIELD_NULL),
    OUT(FT_TIME, "completedAt", "When the last question was answered; null: it is not completed.", .column = COL_COMPLETED_AT,
        .example = "null", .flags = FIELD_NULL),
    OUT(FT_STRS, "mitreAttackIds", "Technique ids that were asked for when it was generated.", .column = COL_MITRE_ATTACK_IDS,
        .example = "T1078|T1486"),
    OUT(FT_INT, "questionCount", "Questions in the whole exercise.", .column = COL_QUESTION_COUNT, .min = 3, .max = 30, .example = "12"),
    OUT(FT_INT, "minutes", "About how long it takes: reading at 238 words a minute, and time to decide.", .write = session_write_minutes,
        .min = 1, .example = "22"),
    OUT(FT_INT, "currentStage", "Number of the first stage with an open question; the last one when there is none.",
        .write = session_write_stage, .min = 1, .max = 5, .example = "1"),
    OUT(FT_OBJS, "participants", "Who takes part.", .set = 2, .shape = &participant_shape),
    OUT(FT_OBJ, "certificate", "Of a completed run that the caller took part in: whether the caller can have a certificate.",
        .write = session_write_certificate, .shape = &session_certificate_shape, .flags = FIELD_MAYBE),
    OUT(FT_OBJ, "scenario", "The story, as far as the caller may see it.", .write = session_write_scenario, .shape = &scenario_shape),
    FIELD_END,
};
static const struct shape session_shape = SHAPE("Session", "An exercise as its caller may see it.", session_members);

const struct route session_routes[] = {
    {METHOD_GET, "/api/ttx/status", GUARD_MEMBER, "exercises", status_get, QUERY(status_query_fields, struct status_query),
     .summary = "State of an exercise", .name = "getExerciseStatus", .tag = "exercises",
     .help = "A small reply for programs that wait. Exercises from the library are ready when generate returns, so there is nothing to "
             "wait for. Unlike reading the exercise it shows no question and starts no clock.",
     .reply_help = "Where it stands.", .reply = &exercise_status_shape, .errors = ERRORS({ERR_NOT_FOUND, NULL})},
    {METHOD_GET, "/api/ttx/session/{id}", GUARD_MEMBER, "exercises", session_get, .summary = "An exercise as the caller may see it",
     .name = "getSession", .tag = "exercises", .param_help = {"Of the exercise."},
     .help =
         "The story stage by stage with its questions. Before a question is answered nothing tells which option is best; afterwards "
         "the same object has the key, an explanation and what followed. Everybody of the organisation may read, and access says how much: "
         "who did not take part sees an outline without questions and results; facilitators, administrators and auditors see the debrief "
         "of a completed run, everybody's answers and the key, and opening it counts as having been shown the questions. With timing on, "
         "reading shows the next question and starts its time, and a "
         "question whose time is over is stored as expired: read only when the player is ready.",
     .reply_help = "The exercise; nothing of the key before a question is answered.", .reply = &session_shape},
    {METHOD_PUT, "/api/ttx/session/{id}", GUARD_PLAYER, "exercises", session_put, BODY(rename_fields, struct rename_body),
     .summary = "Give an exercise a name of its own", .name = "renameSession", .tag = "exercises", .param_help = {"Of the exercise."},
     .help = "The name stands before the story's title in lists and reports, and is found by their search. Allowed to who generated the "
             "exercise, to facilitators and to administrators; everybody else gets 403 `forbidden`. It is in the audit log.",
     .reply_help = "It has the name, or none.", .reply = &success_shape},
    {METHOD_DELETE, "/api/ttx/session/{id}", GUARD_PLAYER, "exercises", session_delete,
     .summary = "Delete an exercise (creator or administrator)", .name = "deleteSession", .tag = "exercises",
     .param_help = {"Of the exercise."},
     .help = "Deletes the exercise with all answers, for good; certificates that were issued stay valid. Allowed to who generated it and "
             "to administrators; everybody else gets 403 `forbidden`.",
     .reply_help = "It is gone with its answers; certificates stay.", .reply = &success_shape},
    {0},
};
