"""The closed lists of the format and the words that content may not use."""

import re

THEMES = (
    "ransomware apt insider-threat supply-chain bec cloud-breach zero-day data-exfil ddos iot-attack credential-stuffing watering-hole "
    "solarwinds log4shell moveit healthcare-ransomware retail-attack jlr-supply-chain crowdstrike-outage okta-breach deepfake-bec phishing "
    "ot-ics third-party-outage ai-abuse").split()
LEVELS = ["easy", "medium", "hard"]
ROLES = ["ciso", "soc-analyst", "it-ops", "legal", "communications", "business-owner", "executive", "hr", "vendor-manager", "finance",
         "cloud-ops"]
ACTIVITIES = ["prepare", "detect", "analyse", "contain", "eradicate", "recover", "communicate", "improve"]
TOOLS = ["EDR", "VULNERABILITY_MANAGEMENT", "SIEM", "XDR", "SOAR", "IDENTITY", "EMAIL_SECURITY", "NETWORK_SECURITY", "CLOUD_SECURITY",
         "DLP", "WAF", "THREAT_INTELLIGENCE", "PAM"]
CHANNELS = ["email", "phone", "chat", "ticket", "alert", "press", "letter", "portal", "meeting"]
SEVERITIES = ["low", "medium", "high", "critical"]
INJECT_KINDS = ["normal", "noise", "contradiction"]
LANGUAGES = ["ar", "cs", "da", "de", "es", "fi", "fr", "he", "hi", "id", "it", "ja", "ko", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "tr",
             "uk", "vi", "zh"]

# The README's list is open at its end; what themes may cite beyond it is entered here with its full name.
SOURCES = {
    "nist-800-61r3": "NIST SP 800-61 Rev. 3", "nist-csf-2.0": "NIST Cybersecurity Framework 2.0", "nist-800-84": "NIST SP 800-84",
    "gdpr": "Regulation (EU) 2016/679", "nis2": "Directive (EU) 2022/2555", "dora": "Regulation (EU) 2022/2554",
    "cisa-stopransomware": "CISA StopRansomware Guide", "enisa": "ENISA guidance", "fatf": "FATF guidance",
    "nist-800-63b": "NIST SP 800-63B", "iso-27035": "ISO/IEC 27035", "iso-27001": "ISO/IEC 27001", "iso-22301": "ISO 22301",
    "iso-27017": "ISO/IEC 27017", "nist-800-34r1": "NIST SP 800-34 Rev. 1", "nist-800-53r5": "NIST SP 800-53 Rev. 5",
    "nist-800-86": "NIST SP 800-86", "nist-800-92": "NIST SP 800-92", "nist-800-144": "NIST SP 800-144", "nist-800-161r1":
    "NIST SP 800-161 Rev. 1", "nist-800-177r1": "NIST SP 800-177 Rev. 1", "nist-800-184": "NIST SP 800-184",
    "nist-800-207": "NIST SP 800-207", "nist-800-210": "NIST SP 800-210", "nist-800-88r1": "NIST SP 800-88 Rev. 1",
    "mitre-attack": "MITRE ATT&CK", "cis-controls-8": "CIS Controls 8", "csa-ccm": "CSA Cloud Controls Matrix 4",
    "cisa-scuba": "CISA SCuBA", "cisa-playbooks": "CISA incident and vulnerability response playbooks", "ncsc-uk": "UK NCSC guidance",
    "fbi-ic3": "FBI IC3 reports", "europol-iocta": "Europol IOCTA", "edpb": "EDPB guidelines", "psd2": "Directive (EU) 2015/2366",
}
# A question that rests on one of these is a legal question.
LEGAL_SOURCES = {"gdpr", "nis2", "dora", "psd2", "edpb"}

TACTICS = [
    "Reconnaissance", "Resource Development", "Initial Access", "Execution", "Persistence", "Privilege Escalation", "Defense Evasion",
    "Credential Access", "Discovery", "Lateral Movement", "Collection", "Command and Control", "Exfiltration", "Impact"]
ICS_TACTICS = [
    "Initial Access", "Execution", "Persistence", "Privilege Escalation", "Evasion", "Discovery", "Lateral Movement", "Collection",
    "Command and Control", "Inhibit Response Function", "Impair Process Control", "Impact"]

# In options: what gives an option away, or nobody would choose.
BANNED_IN_OPTIONS = [
    (r"\b(all|none|any|both) of (the above|these|them)\b", "refers to the other options"),
    (r"\b(options?|answers?) [A-D]\b|\bboth [A-D] and [A-D]\b", "refers to the other options"),
    (r"\balways\b", "an absolute"), (r"\bnever\b", "an absolute"), (r"\bunder no circumstances\b", "an absolute"),
    (r"\bat all costs?\b", "an absolute"), (r"\bwithout (any )?exceptions?\b", "an absolute"), (r"\bevery single\b", "an absolute"),
    (r"\bimmediately \w+ (everything|everyone|every|all)\b", "an immediately-everything"),
    (r"\b\w+ (everything|everyone) immediately\b", "an immediately-everything"),
    (r"^(ignore|disregard|do nothing|hope that)\b|\bdelete (all )?(the )?logs\b|^tell the (media|press)\b",
     "an option that nobody would choose"),
]
BANNED_IN_STEMS = [
    (r"\bwhich (one )?of (the following|these|the (options|answers))\b", "needs the options to be read"),
    (r"\b(the following|below) (options|answers)\b", "needs the options to be read"),
    (r"\ball (of the )?(following|above)\b", "needs the options to be read"),
]

# Only what no reader takes literally: a false alarm costs authors more than a missed idiom.
IDIOMS = [
    "smoking gun", "needle in a haystack", "tip of the iceberg", "low-hanging fruit", "low hanging fruit", "silver bullet",
    "on the same page", "think outside the box", "at the end of the day", "hit the ground running", "elephant in the room", "pull the plug",
    "out of the blue",
    "rule of thumb", "ballpark", "game changer", "game-changer", "heads-up", "bite the bullet", "blessing in disguise", "under the radar",
    "boil the ocean", "circle back", "touch base", "deep dive", "move the needle", "cut corners", "in the loop", "out of the loop",
    "go the extra mile", "the ball is in", "drop the ball", "back to square one", "buy time", "buys time", "bought time", "buying time",
    "in the same boat", "crying wolf", "cry wolf", "cat is out of the bag", "damage is done", "wild goose chase", "jump the gun",
    "loose ends", "nip it in the bud", "play it by ear", "pull strings", "rocket science", "spill the beans", "the last straw",
    "up in the air", "weather the storm", "worst of both worlds", "best of both worlds", "burn the midnight oil", "by the book",
    "call it a day", "fall through the cracks", "get the ball rolling", "in hot water", "keep an eye on", "kill two birds",
    "on thin ice", "once in a blue moon", "open a can of worms", "piece of cake", "put all eggs", "see eye to eye", "skin in the game",
    "take with a grain of salt", "throw under the bus", "turn a blind eye", "two sides of the same coin", "under the bus",
    "writing on the wall", "bad apple", "keep the lights on", "red tape", "raise eyebrows", "hands are tied",
]

# In any case, so that powershell.exe is found too.
PRODUCTS = (
    "Microsoft|Office 365|Azure|Entra|SharePoint|OneDrive|Active Directory|PowerShell|AWS|Amazon|CloudTrail|GuardDuty|Google|Gmail|GCP|"
    "Splunk|QRadar|Elasticsearch|CrowdStrike|SentinelOne|Carbon Black|Cortex XDR|Palo Alto Networks|Fortinet|FortiGate|Proofpoint|Mimecast|"
    "Okta|CyberArk|Zscaler|Cloudflare|Cisco|VMware|ESXi|vSphere|Veeam|Commvault|Rubrik|ServiceNow|Jira|Atlassian|GitHub|GitLab|Bitbucket|"
    "Salesforce|Dropbox|WhatsApp|Facebook|Twitter|LinkedIn|iPhone|Kubernetes|Cobalt Strike|Mimikatz|AnyDesk|TeamViewer|PsExec|BloodHound|"
    "Rclone|MEGAsync|Citrix|NetScaler|Kaseya|SolarWinds|Log4j|MOVEit|GoAnywhere|Qualys|Nessus|Rapid7|LockBit|BlackCat|ALPHV|REvil|DarkSide|"
    "Scattered Spider|LastPass|1Password|Codecov|PowerSchool|Qantas|Travelex|Maersk|Capital One|Colonial Pipeline|Norsk Hydro|"
    "Marks & Spencer|Royal Mail|British Library|MGM Resorts|Toyota|Ubiquiti|Bloomberg|Reuters")
# Ordinary English words with a small letter, or with a capital where a sentence starts.
PRODUCTS_MID_SENTENCE = (
    "Windows|Teams|Slack|Outlook|Exchange|Excel|Falcon|Sentinel|Defender|Zoom|Chrome|Linux|Elastic|Oracle|Workday|Tenable|Confluence|"
    "Telegram|Snowflake|Jenkins|Terraform|Android|Conti|Akira|Uber|Arup|Ferrari|Lazarus|Asahi")

ARTICLES = {
    "en": "a|an|the", "de": "der|die|das|den|dem|des|ein|eine|einen|einem|einer|eines", "fr": "le|la|les|un|une|des|du|au|aux",
    "es": "el|la|los|las|un|una|unos|unas|del|al", "it": "il|lo|la|i|gli|le|un|uno|una", "pt": "o|a|os|as|um|uma", "nl": "de|het|een"}
# Before a default such as "the SIEM" these read wrong as an article does.
DETERMINERS = "our|your|their|its|his|my|each|every|any|another|new|old|current|former"

HEDGES = re.compile(r"\b(report(s|ed|edly)?|estimat\w*|suspected|believed|alleged\w*|claim\w*|according to)\b", re.I)
