-- What an organisation says about itself: profile, characters, tools, languages, branding.

-- ---- profile: the table is there since 0003, now the exercises family writes it ----

ALTER TABLE muster.org_profile ADD CHECK (jsonb_typeof(profile) = 'object');
GRANT INSERT ON muster.org_profile TO muster_exercises;
GRANT UPDATE (profile, updated_at) ON muster.org_profile TO muster_exercises;

-- ---- characters: people who can appear in stories by name ----

CREATE TABLE muster.org_character (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    role text NOT NULL CHECK (length(role) BETWEEN 1 AND 80),
    department text CHECK (length(department) <= 80),
    description text CHECK (length(description) <= 500),
    expertise text[] NOT NULL DEFAULT '{}' CHECK (cardinality(expertise) <= 10),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id)
);
SELECT muster.make_tenant_table('muster.org_character');
GRANT SELECT, INSERT, DELETE ON muster.org_character TO muster_exercises;
GRANT UPDATE (name, role, department, description, expertise) ON muster.org_character TO muster_exercises;

-- ---- tools: a catalogue for everybody, and what an organisation uses of it or calls its own ----

-- Names are plain facts of the market; a new one is a row of a later migration. The id follows from category and name.
CREATE TABLE muster.tool (
    id uuid PRIMARY KEY,
    category text NOT NULL CHECK (category IN (
        'EDR', 'VULNERABILITY_MANAGEMENT', 'SIEM', 'XDR', 'SOAR', 'IDENTITY', 'EMAIL_SECURITY', 'NETWORK_SECURITY', 'CLOUD_SECURITY',
        'DLP', 'WAF', 'THREAT_INTELLIGENCE', 'PAM')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    UNIQUE (category, name)
);
INSERT INTO muster.tool (id, category, name)
SELECT md5('muster tool ' || category || ' ' || name)::uuid, category, name
FROM (VALUES
    ('EDR', ARRAY['Bitdefender GravityZone', 'CrowdStrike Falcon', 'Cybereason', 'Elastic Defend', 'ESET PROTECT',
                  'Microsoft Defender for Endpoint', 'SentinelOne Singularity', 'Sophos Intercept X', 'Trellix EDR']),
    ('VULNERABILITY_MANAGEMENT', ARRAY['Greenbone', 'Microsoft Defender Vulnerability Management', 'Nucleus', 'Qualys VMDR',
                                       'Rapid7 InsightVM', 'Tenable Vulnerability Management']),
    ('SIEM', ARRAY['Elastic Security', 'Exabeam', 'Google Security Operations', 'Graylog', 'IBM QRadar', 'LogRhythm', 'Microsoft Sentinel',
                   'Splunk Enterprise Security', 'Sumo Logic', 'Wazuh']),
    ('XDR', ARRAY['Cisco XDR', 'Cortex XDR', 'Microsoft Defender XDR', 'Sophos XDR', 'Trend Vision One']),
    ('SOAR', ARRAY['Cortex XSOAR', 'FortiSOAR', 'Shuffle', 'Splunk SOAR', 'Swimlane', 'Tines', 'Torq']),
    ('IDENTITY', ARRAY['Active Directory', 'Auth0', 'Cisco Duo', 'JumpCloud', 'Keycloak', 'Microsoft Entra ID', 'Okta', 'OneLogin',
                       'PingOne']),
    ('EMAIL_SECURITY', ARRAY['Abnormal Security', 'Barracuda Email Protection', 'Cisco Secure Email', 'Hornetsecurity',
                             'Microsoft Defender for Office 365', 'Mimecast', 'Proofpoint Email Protection']),
    ('NETWORK_SECURITY', ARRAY['Check Point Quantum', 'Cisco Secure Firewall', 'Darktrace', 'ExtraHop', 'FortiGate', 'OPNsense',
                               'Palo Alto Networks NGFW', 'Suricata', 'Vectra AI', 'Zeek', 'Zscaler Internet Access']),
    ('CLOUD_SECURITY', ARRAY['Amazon GuardDuty', 'AWS Security Hub', 'Google Security Command Center', 'Lacework',
                             'Microsoft Defender for Cloud', 'Orca Security', 'Prisma Cloud', 'Sysdig Secure', 'Wiz']),
    ('DLP', ARRAY['Digital Guardian', 'Forcepoint DLP', 'Microsoft Purview', 'Netskope DLP', 'Symantec DLP']),
    ('WAF', ARRAY['Akamai App and API Protector', 'AWS WAF', 'Azure WAF', 'Cloudflare WAF', 'F5 Advanced WAF', 'Fastly Next-Gen WAF',
                  'Imperva WAF', 'ModSecurity']),
    ('THREAT_INTELLIGENCE', ARRAY['Anomali ThreatStream', 'MISP', 'OpenCTI', 'Recorded Future', 'ThreatConnect', 'VirusTotal']),
    ('PAM', ARRAY['BeyondTrust Password Safe', 'CyberArk', 'Delinea Secret Server', 'HashiCorp Vault', 'One Identity Safeguard',
                  'WALLIX Bastion'])
) AS catalogue (category, names), unnest(names) AS name;
GRANT SELECT ON muster.tool TO muster_exercises;

-- A tool of the catalogue has a row here while it is selected, under the catalogue's id; an own tool stays and has a mark.
-- Rows of before are selected: own tools, or the catalogue's where category and name say so.
ALTER TABLE muster.org_tool ADD id uuid NOT NULL DEFAULT gen_random_uuid(), ADD tool_id uuid REFERENCES muster.tool (id),
    ADD selected boolean NOT NULL DEFAULT true;
ALTER TABLE muster.org_tool NO FORCE ROW LEVEL SECURITY;
DELETE FROM muster.org_tool o
USING muster.org_tool twin
WHERE twin.org_id = o.org_id AND twin.category = o.category AND lower(twin.name) = lower(o.name) AND twin.name < o.name;
UPDATE muster.org_tool o SET id = t.id, tool_id = t.id, name = t.name
FROM muster.tool t WHERE t.category = o.category AND lower(t.name) = lower(o.name);
ALTER TABLE muster.org_tool FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.org_tool DROP CONSTRAINT org_tool_pkey, ADD PRIMARY KEY (org_id, id),
    ADD CHECK (tool_id IS NULL OR (tool_id = id AND selected));
CREATE UNIQUE INDEX org_tool_name ON muster.org_tool (org_id, category, lower(name));
GRANT INSERT, DELETE ON muster.org_tool TO muster_exercises;
GRANT UPDATE (selected) ON muster.org_tool TO muster_exercises;

-- ---- languages: everybody's own, otherwise the organisation's ----

ALTER TABLE muster.org ADD language text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$');
-- NULL: as the organisation. Until now nobody could choose: registration wrote 'en' for everybody.
ALTER TABLE muster.app_user ALTER language DROP NOT NULL, ALTER language DROP DEFAULT;
ALTER TABLE muster.app_user NO FORCE ROW LEVEL SECURITY;
UPDATE muster.app_user SET language = NULL WHERE language = 'en';
ALTER TABLE muster.app_user FORCE ROW LEVEL SECURITY;
GRANT UPDATE (language) ON muster.app_user TO muster_exercises;
GRANT UPDATE (language) ON muster.org TO muster_exercises;

-- ---- branding: what reports and certificates carry ----

CREATE TABLE muster.org_branding (
    org_id uuid PRIMARY KEY REFERENCES muster.org (org_id) ON DELETE CASCADE,
    display_name text CHECK (length(display_name) BETWEEN 1 AND 120),
    accent_color text CHECK (accent_color ~ '^#[0-9a-f]{6}$'),
    footer_text text CHECK (length(footer_text) BETWEEN 1 AND 200),
    updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT muster.make_tenant_table('muster.org_branding');
GRANT SELECT, INSERT ON muster.org_branding TO muster_exercises;
GRANT UPDATE (display_name, accent_color, footer_text, updated_at) ON muster.org_branding TO muster_exercises;
GRANT SELECT ON muster.org_branding TO muster_portal;

-- The public page of a certificate says the name that the certificate says.
CREATE POLICY lookup ON muster.org_branding FOR SELECT TO muster_lookup USING (true);
GRANT SELECT ON muster.org_branding TO muster_lookup;
CREATE OR REPLACE FUNCTION muster.certificate_public(p_id uuid)
RETURNS TABLE (id uuid, holder text, organization text, exercise text, theme text, difficulty text, grade text,
               correct_count smallint, question_count smallint, issued_at timestamptz, valid_until timestamptz, status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT c.id, c.holder, coalesce(b.display_name, o.name), c.exercise_title, c.theme, c.difficulty, c.grade, c.correct_count,
           c.question_count, c.issued_at, c.valid_until,
           CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked' WHEN c.valid_until < now() THEN 'expired' ELSE 'valid' END
    FROM muster.certificate c JOIN muster.org o ON o.org_id = c.org_id LEFT JOIN muster.org_branding b ON b.org_id = c.org_id
    WHERE c.id = p_id
$$;
