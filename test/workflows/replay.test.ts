import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../src/workflows/check/check-definition.ts";
import { findingText } from "../../src/workflows/check/findings.ts";
import { loadDefinition } from "../../src/workflows/runtime/definition.ts";
import { ReplayError } from "../../src/workflows/runtime/position.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";
import { path, shipped, shippedXml } from "./support.ts";

const declaration = await shipped("declaration");
const organization = await shipped("organization-registration");
const person = await shipped("person-registration");

function at(events: string, definition = declaration) {
  const position = replay(definition, path(events));
  return {
    open: position.openTasks.map((task) => `${task.key}#${task.round}`),
    calls: position.serviceCalls.map((call) => call.name),
    ends: position.ends,
    messages: position.messages,
  };
}

function refusal(events: string, definition = declaration): string {
  try {
    replay(definition, path(events));
  } catch (error) {
    if (error instanceof ReplayError) return error.code;
    throw error;
  }
  return "no refusal";
}

describe("declaration", () => {
  it("asks the rule pack for the route before anybody is asked to review", () => {
    const { openRules, openTasks } = replay(declaration, path("started:3"));
    expect(openRules).toEqual([
      {
        elementId: "route",
        rule: "declarationRoute",
        outcomes: ["full", "employer-then-bureau", "bureau-only", "superiors"],
      },
    ]);
    expect(openTasks).toEqual([]);
  });

  it("opens one review at a time along the route and credits hours after the last approval only", () => {
    const start = "started:3 route=full";
    expect(at(start).open).toEqual(["review:0#1"]);
    expect(at(`${start} review:0=approve`)).toMatchObject({ open: ["review:1#1"], calls: [] });
    expect(at(`${start} review:0=approve review:1=approve`)).toMatchObject({
      open: ["review:2#1"],
      calls: [],
    });
    expect(at(`${start} review:0=approve review:1=approve review:2=approve`)).toEqual({
      open: [],
      calls: ["creditHours"],
      ends: ["credited"],
      messages: [],
    });
  });

  it.each([1, 2, 3, 4, 6])("needs %i approvals on a route of that length", (length) => {
    const approvals = Array.from({ length }, (_, index) => `review:${index}=approve`).join(" ");
    expect(at(`started:${length} route=full ${approvals}`)).toMatchObject({
      open: [],
      calls: ["creditHours"],
    });
  });

  it("returns to the applicant at the first rejection, whoever rejects", () => {
    for (const approvals of ["", " review:0=approve", " review:0=approve review:1=approve"]) {
      const level = approvals === "" ? 0 : approvals.trim().split(" ").length;
      expect(at(`started:3 route=full${approvals} review:${level}=reject`)).toEqual({
        open: ["resubmit:0#1"],
        calls: ["returnDeclaration"],
        ends: [],
        messages: [],
      });
    }
  });

  it("starts again at the first level after a correction, as a new round (AMB-38)", () => {
    const corrected = "started:3 route=full review:0=approve review:1=reject resubmit:0=resubmit";
    expect(at(corrected).open).toEqual(["review:0#2"]);
    expect(at(`${corrected} review:0=approve`).open).toEqual(["review:1#2"]);
    expect(at(`${corrected} review:0=approve review:1=approve review:2=approve`).calls).toEqual([
      "creditHours",
    ]);
    expect(at(`${corrected} review:0=reject resubmit:0=resubmit`).open).toEqual(["review:0#3"]);
  });

  it("goes on at the step that returned it where the diagram says so, each time (AMB-38)", async () => {
    const xml = shippedXml("declaration").replace("variables.route}", "variables.remaining}");
    const resuming = await loadDefinition(xml);
    const returned = "started:3 route=full review:0=approve review:1=reject resubmit:0=resubmit";
    expect(at(returned, resuming).open).toEqual(["review:1#2"]);
    const later = `${returned} review:1=approve review:2=reject resubmit:0=resubmit`;
    expect(at(later, resuming)).toMatchObject({ open: ["review:2#2"], calls: [] });
    expect(at(`${later} review:2=approve`, resuming)).toMatchObject({ open: [], calls: ["creditHours"] });
    expect(refusal(`${later} review:0=approve`, resuming)).toBe("not-open");
    const first = "started:2 route=full review:0=reject resubmit:0=resubmit";
    expect(at(`${first} review:0=approve review:1=approve`, resuming).calls).toEqual(["creditHours"]);
    expect((await checkDefinition(xml)).map(findingText)).toEqual([]);
  });

  it("can be given up instead of corrected, and withdrawn at every level before the last approval", () => {
    const withdrawn = { open: [], calls: ["withdrawDeclaration"], ends: ["ended"], messages: [] };
    expect(at("started:2 route=full review:0=reject resubmit:0=cancel")).toEqual(withdrawn);
    expect(at("started:2 route=full !withdraw")).toEqual(withdrawn);
    expect(at("started:2 route=full review:0=approve !withdraw")).toEqual(withdrawn);
  });

  it("refuses what it does not wait for", () => {
    expect(refusal("started:2 route=full review:1=approve")).toBe("not-open");
    expect(refusal("started:2 route=full review:0=approve review:0=approve")).toBe("not-open");
    expect(refusal("started:2 route=full review:0=credit")).toBe("unknown-outcome");
    expect(refusal("started:2 route=sideways")).toBe("unknown-outcome");
    expect(refusal("started:2 route=full !cancel")).toBe("not-open");
    expect(refusal("started:2 !withdraw")).toBe("not-open");
    expect(refusal("started:1 route=full review:0=approve !withdraw")).toBe("ended");
    expect(refusal("started:1 route=full @nothing")).toBe("not-open");
    expect(refusal("started:0")).toBe("bad-route");
    expect(refusal("review:0=approve")).toBe("not-started");
    expect(refusal("started:1 started:1")).toBe("not-started");
  });
});

describe.each([
  { definition: organization, candidateRule: "superior", module: "registrations:organizations" },
  { definition: person, candidateRule: "employer", module: "registrations:people" },
])("$definition.key", ({ definition, candidateRule, module }) => {
  it("asks one reviewer", () => {
    expect(replay(definition, path("started:0")).openTasks).toMatchObject([
      { key: "review:0", candidateRule, module, dueWorkingDays: 10, outcomes: ["approve", "reject"] },
    ]);
  });

  it.each([
    ["review:0=approve", "approveRegistration", "approved"],
    ["review:0=reject", "rejectRegistration", "rejected"],
    ["!withdraw", "withdrawRegistration", "ended"],
  ])("%s calls %s and ends as %s", (event, call, end) => {
    expect(at(`started:0 ${event}`, definition)).toEqual({
      open: [],
      calls: [call],
      ends: [end],
      messages: [],
    });
  });
});
