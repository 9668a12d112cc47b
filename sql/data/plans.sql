-- The plans that an installation begins with; NULL means unlimited. Configuration, not code: operators edit the rows on /platform/settings
-- (rule G4), so what is there stays as it is.
INSERT INTO muster.plan (name, seats, monthly_exercises, api_access, byok) VALUES
    ('FREE', 3, 3, false, false),
    ('STARTER', 10, 10, false, false),
    ('GROWTH', 25, 25, false, false),
    ('PROFESSIONAL', 50, NULL, false, true),
    ('ENTERPRISE', NULL, NULL, true, true)
ON CONFLICT (name) DO NOTHING;

-- One row of settings. NULL: as the environment of the programs says.
INSERT INTO muster.platform_setting DEFAULT VALUES ON CONFLICT DO NOTHING;
