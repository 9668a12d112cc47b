-- The catalogue of security tools. Names are plain facts of the market; the id follows from category and name. A tool that goes out of the
-- market stays, because organisations have it selected.
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
) AS catalogue (category, names), unnest(names) AS name
ON CONFLICT (id) DO NOTHING;
