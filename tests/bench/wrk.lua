-- wrk -s wrk.lua URL -- FILE THREADS: sends the requests of FILE over and over. A line holds method, path, API key and body,
-- separated by tabs; of n threads each takes every n-th line. Prints one line "RESULT ..." for load.py.
local nthreads = 0

function setup(thread)
    thread:set("number", nthreads)
    nthreads = nthreads + 1
end

local requests, at = {}, 0
local tried -- wrk asks thread 0 for one request that it does not send, to see how many make a pipeline

function init(args)
    local line_number = 0
    for line in io.lines(args[1]) do
        if line_number % tonumber(args[2]) == number then
            local method, path, key, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
            local headers = {}
            if key ~= "" then headers["Authorization"] = "Bearer " .. key end
            if body ~= "" then headers["Content-Type"] = "application/json" end
            requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
        end
        line_number = line_number + 1
    end
end

function request()
    if number == 0 and not tried then
        tried = true
        return requests[1]
    end
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency, _)
    local e = summary.errors
    print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        e.status, e.connect + e.read + e.write + e.timeout))
end
