/*
 * words.c - every sentence of every mail, and nothing else: what a translation replaces.
 *
 * A mail is a subject and a list of lines; {x} is a parameter. A line that begins with '>' is the link of the mail: what stands behind it
 * labels the button, the address is the parameter url, or the page of this installation that the row names.
 *
 * Subjects are ours to the letter: mail goes to people who do not know who caused it, from the operator's domain, and a subject must not
 * say what somebody else wants it to (S10). In mail to strangers names are in quotation marks, and it says whose words they are.
 */
#include "apps/jobs/jobs.h"
#include "common/base/str.h"

#define SECURITY "/settings/security"
#define NOT_YOU                                                                                                                            \
    "If it was you, there is nothing to do. If not, change your password at once: that ends all other sessions and all API keys. Then "    \
    "tell your administrator."

static const struct template templates[] = {
    {"verify_email", "Confirm your e-mail address",
     .lines = {"Hello {name},", "please confirm that this e-mail address is yours.", ">Confirm address",
               "If you did not create an account or change your address, ignore this mail: nothing happens without the link."}},
    {"reset_password", "Choose a new password",
     .lines = {"Hello {name},", "somebody, probably you, asked for a new password. The link works once and for a short time.",
               ">Choose a new password", "If it was not you, ignore this mail: your password stays as it is."}},
    {"password_changed", "Your password was changed",
     .lines =
         {"Hello {name},", "the password of your account was changed on {time}. All other sessions and all API keys have ended.",
          "If it was not you, choose a new password with \"Forgot password\" on the sign-in page at once, and tell your administrator."}},
    {"invitation", "Invitation to Muster",
     .lines = {"Hello,",
               "somebody called \"{inviter}\" invites you to join an organisation that calls itself \"{organization}\" and to take part in "
               "its cyber tabletop exercises.",
               ">Accept the invitation",
               "The invitation is for this e-mail address alone and ends on {expires}. Nobody has checked these names: if you do not know "
               "the sender, ignore this mail."}},
    {"confirm_registration", "Confirm your registration",
     .lines =
         {"Hello,", "somebody, probably you, registered with this e-mail address. Confirm it to get your account.", ">Confirm address",
          "The page asks for the password that was chosen. If it was not you, ignore this mail: there is no account without the link."}},
    {"already_registered", "You have an account already",
     .lines = {"Hello,",
               "somebody, probably you, tried to register with this e-mail address, which has an account. Sign in with it, or choose a new "
               "password with \"Forgot password\".",
               ">Sign in", "If it was not you, there is nothing to do: nothing was changed."},
     .page = "/signin"},
    {"prove_address", "Please confirm your e-mail address",
     .lines = {"Hello,",
               "this server sends mails now, and so every account needs an address that is confirmed. Sign in and choose \"Send the mail "
               "again\" at the top of the page; or choose a new password with \"Forgot password\", which confirms the address too.",
               ">Sign in", "Accounts that nobody confirms within seven days may be removed."},
     .page = "/exercises"},
    {"verify_domain", "Confirm a mail domain",
     .lines = {"Hello,",
               "an organisation that calls itself \"{organization}\" wants people with addresses at {domain} to join it without an "
               "invitation.",
               "Confirm only if you answer for this domain and know the organisation.", ">Confirm {domain}",
               "Otherwise ignore this mail: nothing happens without the link."}},
    {"member_joined", "Somebody joined your organisation",
     .lines = {"Hello {name},", "{person} has joined {organization}.", ">Open the team page"}},
    {"exercise_completed", "Exercise completed",
     .lines = {"Hello {name},", "you completed the exercise \"{title}\" with {accuracy} of the decisions right.", ">Open the results"}},
    {"second_factor_on", "Your second factor was turned on",
     .lines = {"Hello {name},", "since {time} signing in to your account asks for a code of an authenticator app.", ">Account security",
               NOT_YOU},
     .page = SECURITY},
    {"second_factor_off", "Your second factor was turned off",
     .lines = {"Hello {name},", "since {time} signing in to your account asks for the password alone.", ">Account security", NOT_YOU},
     .page = SECURITY},
    {"recovery_codes_replaced", "Your recovery codes were replaced",
     .lines = {"Hello {name},", "new recovery codes were made for your account on {time}. The old ones stopped working.",
               ">Account security", NOT_YOU},
     .page = SECURITY},
    {"recovery_code_used", "A recovery code opened your account",
     .lines = {"Hello {name},", "somebody signed in to your account on {time} with one of your recovery codes. It is used up.",
               ">Account security", NOT_YOU},
     .page = SECURITY},
    {"api_key_created", "An API key was made for your account",
     .lines = {"Hello {name},", "a key was made on {time} with which a program can act as you. You can revoke it at any time.", ">API keys",
               NOT_YOU},
     .page = "/settings/api-keys"},
    {"api_users_revoked", "API users of your organisation were revoked",
     .lines =
         {"Hello {name},",
          "somebody who had made API users was removed from {organization} on {time}, and these API users ended with it. Programs that "
          "used them for threat intelligence are refused from now on.",
          "Make new API users for programs that your organisation still needs."}},
    {"new_device", "Your account was opened on a new device",
     .lines = {"Hello {name},", "somebody signed in to your account on {time}, from a device or a network that was not used for it before.",
               ">Account security", NOT_YOU},
     .page = SECURITY},
    {"factor_reset_asked", "Your second factor is to be removed",
     .lines = {"Hello {name},",
               "an administrator of {organization} asked to remove the second factor of your account, because you lost it. On "
               "{expires} it will be removed, and signing in then asks for your password alone.",
               "If you did not ask for this, stop it. If you did, you can have it done at once. Signing in with a code stops it, too.",
               ">Stop it, or do it now"}},
    {"factor_reset", "Your second factor was removed",
     .lines = {"Hello {name},",
               "your second factor and its recovery codes were removed on {time}, as a lost one. You are signed out everywhere; API keys "
               "stay. Sign in with your password, and set a second factor up again.",
               ">Account security", NOT_YOU},
     .page = SECURITY},
    {"role_changed", "Your role was changed",
     .lines = {"Hello {name},", "what you may do in {organization} was changed on {time}. You are now {role}.",
               "Ask an administrator of your organisation if you did not expect this."}},
    {"organization_ending", "Your organisation is going to be deleted",
     .lines = {"Hello {name},",
               "on {time} somebody asked to delete {organization}. Until {ends} nobody plays or changes anything; then everybody and "
               "everything in it is deleted for good.",
               "If that is not wanted, sign in and restore it before: any administrator can, unless whoever runs this installation has "
               "suspended it.",
               ">Restore it, or export your data", "If it is deleted, the receipt of that will have the number {receipt}."},
     .page = "/privacy"},
    {"organization_ends_soon", "Your organisation will be deleted within a day",
     .lines = {"Hello {name},", "{organization} will be deleted on {ends}, with everybody and everything in it.",
               "Until then an administrator can restore it, and everybody can take their data out.", ">Restore it, or export your data",
               "If it is deleted, the receipt of that will have the number {receipt}."},
     .page = "/privacy"},
    {"organization_restored", "Your organisation is not going to be deleted any more",
     .lines = {"Hello {name},", "somebody restored {organization} on {time}. Everything is as it was before."}},
};

/* As they stand in "You are now ...". */
static const struct {
    const char *role, *words;
} roles[] = {
    {"SUPER_ADMIN", "an administrator of this installation"},
    {"CLIENT_ADMIN", "an administrator"},
    {"FACILITATOR", "a facilitator"},
    {"MEMBER", "a member"},
    {"AUDITOR", "an auditor"},
};

const struct template *template_of(const char *kind) {
    for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
        if (str_eq(templates[i].kind, kind)) {
            return &templates[i];
        }
    }
    return NULL;
}

const char *role_words(const char *role) {
    for (size_t i = 0; role && i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (str_eq(roles[i].role, role)) {
            return roles[i].words;
        }
    }
    return NULL;
}
