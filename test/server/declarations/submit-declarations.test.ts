import { Engine } from "json-rules-engine";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  calculateHours,
  listForms,
  previewRoute,
  submitDeclarations,
} from "../../../src/shared/contracts/declarations.ts";
import { declarationRequest, declareOwn } from "../../support/declaring.ts";
import { exampleOf, formExamples } from "../../support/forms.ts";
import { adminOf, buildFile, newMember, newPerson, personClient, type World } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

let doctor: Person;
let accountant: Person;
let engineer: Person;
let asDoctor: ApiClient;
let asAccountant: ApiClient;
let asHospital: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  const { app, url } = server;
  const build = (unit: World["hospital"], given = {}) => newPerson(app, unit, given);
  doctor = await build(world.hospital);
  accountant = await build(world.hospital, { isAccountant: true, titleSeries: "17" });
  engineer = await build(world.company);
  asDoctor = await personClient(app, url, doctor);
  asAccountant = await personClient(app, url, accountant);
  asHospital = await adminOf(app, url, world.hospital);
});

const request = (accountId: string, given = {}) => declarationRequest(server.app, accountId, given);

describe("POST /declarations", () => {
  describe("200", () => {
    it.each(formExamples)(
      "takes form $form from a person, with the hours that the rules compute",
      async (example) => {
        const body = await request(doctor.accountId, { form: example.form });
        const answer = await asDoctor.ok(submitDeclarations, body);
        expect(answer.declarations[0]?.hours).toEqual(example.hours);
        expect(answer.declarations[0]?.number).toMatch(/^SB20261123-\d{6}$/);
      },
    );

    it("sends a person's declaration to the unit, the authority and the bureau in turn (FLW-01)", async () => {
      const answer = await asDoctor.ok(submitDeclarations, await request(doctor.accountId));
      expect(answer.route.map(({ organizationId }) => organizationId)).toEqual([
        world.hospital._id,
        world.authority._id,
        world.city._id,
      ]);
      const instance = await WorkflowInstance.findById(answer.declarations[0]?.instanceId ?? "").lean();
      expect(instance?.route.map(({ organizationId }) => organizationId)).toEqual(
        answer.route.map(({ organizationId }) => organizationId),
      );
    });

    it("sends an accountant's own declaration to the unit, then the bureau (FLW-04)", async () => {
      const answer = await asAccountant.ok(submitDeclarations, await request(accountant.accountId));
      expect(answer.route.map(({ organizationId }) => organizationId)).toEqual([
        world.hospital._id,
        world.city._id,
      ]);
      expect(answer.declarations[0]?.hours).toEqual({ public: 24, professional: 0 });
    });

    it("makes one declaration a person under one batch number, starting at the unit's superior (DEC-12, FLW-02)", async () => {
      const colleague = await newPerson(server.app, world.hospital);
      const people = [{ personId: doctor._id }, { personId: colleague._id, facts: { rank: 3 } }];
      const body = await request(world.hospital.adminAccountId, { form: "07", people });
      const answer = await asHospital.ok(submitDeclarations, body);
      expect(answer.batchNumber).toMatch(/^PC20261123-\d{6}$/);
      expect(answer.declarations).toHaveLength(2);
      expect(answer.route.map(({ organizationId }) => organizationId)).toEqual([
        world.authority._id,
        world.city._id,
      ]);
      const stored = await DeclarationModel.find({ batchNumber: answer.batchNumber }).lean();
      expect(
        stored.every(
          ({ origin, declaredByOrganizationId }) =>
            origin === "employer" && declaredByOrganizationId === world.hospital._id,
        ),
      ).toBe(true);
      expect(stored.find(({ personId }) => personId === colleague._id)?.facts["rank"]).toBe(3);
    });

    it("sends a unit's declaration for accountants straight to the bureau (FLW-03)", async () => {
      const body = await request(world.hospital.adminAccountId, { people: [{ personId: accountant._id }] });
      const answer = await asHospital.ok(submitDeclarations, body);
      expect(answer.route.map(({ organizationId }) => organizationId)).toEqual([world.city._id]);
    });

    it("passes over a unit whose only reviewer is the declarant himself, with a visible notice (AUD-10, FLW-10)", async () => {
      const head = await newPerson(server.app, world.company, { accountId: world.company.adminAccountId });
      const asHead = await personClient(server.app, server.url, head);
      const answer = await asHead.ok(submitDeclarations, await request(head.accountId));
      expect(answer.route.map(({ organizationId }) => organizationId)).toEqual([world.county._id]);
      expect(answer.route[0]?.notice).toContain("暂无可用管理员");
    });

    it("keeps lowered hours beside the computed ones", async () => {
      const hours = { public: 0, professional: 10.5 };
      const body = await request(doctor.accountId, { hours });
      const answer = await asDoctor.ok(submitDeclarations, body);
      const stored = await DeclarationModel.findById(answer.declarations[0]?.id ?? "").lean();
      expect(stored?.hours).toEqual(hours);
      expect(stored?.computedHours).toEqual({ public: 0, professional: 24 });
    });

    it("records who declared what, and shows the evidence to the route's reviewers", async () => {
      const body = await request(doctor.accountId);
      const answer = await asDoctor.ok(submitDeclarations, body);
      const [declared] = answer.declarations;
      const event = await AuditEventModel.findOne({
        type: "declaration.submitted",
        subjectId: declared?.id ?? "",
      }).lean();
      expect(event?.actorId).toBe(doctor.accountId);
      expect(event?.data).toMatchObject({ number: declared?.number, personId: doctor._id, form: "04" });
      const file = await StoredFileModel.findById(body.evidence[0]?.fileId).lean();
      expect(file?.usedBy).toBe(answer.batchNumber);
      expect(file?.scopeIds).toEqual(
        expect.arrayContaining([world.hospital._id, world.authority._id, world.city._id]),
      );
    });

    it("answers a repeated submit with the first answer and declares once (FLW-13)", async () => {
      const body = await request(doctor.accountId);
      const key = { "idempotency-key": "submit-twice" };
      const first = await asDoctor.call(submitDeclarations, body, key);
      const second = await asDoctor.call(submitDeclarations, body, key);
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body).toEqual(first.body);
      expect(await DeclarationModel.countDocuments({ batchNumber: first.body.batchNumber })).toBe(1);
    });
  });

  describe("400", () => {
    const refused = async (client: ApiClient, body: Record<string, unknown>) => {
      const before = await DeclarationModel.estimatedDocumentCount();
      const instances = await WorkflowInstance.estimatedDocumentCount();
      const answer = await client.call(submitDeclarations, body);
      expect(answer.status).toBe(400);
      expect(await DeclarationModel.estimatedDocumentCount()).toBe(before);
      expect(await WorkflowInstance.estimatedDocumentCount()).toBe(instances);
      return answer.body.error;
    };

    it("refuses accountants and others together, in the guide's words (DEC-02, ACC-05)", async () => {
      const people = [{ personId: doctor._id }, { personId: accountant._id }];
      const error = await refused(asHospital, await request(world.hospital.adminAccountId, { people }));
      expect(error).toMatchObject({
        code: "declaration.mixed_accountants",
        message: "不得同时选择会计人员和非会计人员",
      });
    });

    it("refuses a past year, in the guide's words (PST-01)", async () => {
      const body = await request(doctor.accountId, {
        year: 2025,
        startDate: "2025-03-02",
        endDate: "2025-03-04",
      });
      expect(await refused(asDoctor, body)).toMatchObject({
        code: "declaration.past_year_closed",
        message: "往年学时申报已截止，目前仅可申报当年学时",
      });
    });

    it("refuses hours above the computed ones, at the field (DEC-11)", async () => {
      const error = await refused(
        asDoctor,
        await request(doctor.accountId, { hours: { public: 0, professional: 99 } }),
      );
      expect(error?.code).toBe("declaration.invalid");
      expect(error?.problems).toEqual([
        { path: "body.hours", message: expect.stringContaining("专业 99 超过 24") },
      ]);
    });

    it("names the person whose part is wrong when several are declared", async () => {
      const people = [{ personId: doctor._id, facts: { rank: 9 } }, { personId: await newDoctor() }];
      const error = await refused(
        asHospital,
        await request(world.hospital.adminAccountId, { form: "07", people }),
      );
      expect(error?.message).toContain(doctor.name);
    });

    it("refuses missing evidence by name (DEC-16)", async () => {
      const body = await request(doctor.accountId);
      const error = await refused(asDoctor, { ...body, evidence: body.evidence.slice(1) });
      expect(error).toMatchObject({ code: "declaration.evidence_missing" });
      expect(error?.message).toContain("会议通知");
    });

    it("tells the hours that a form asks for from those that are declared", async () => {
      const facts = { ...exampleOf("14").facts, hours: 0.05 };
      const body = await request(doctor.accountId, { form: "14", facts });
      const error = await refused(asDoctor, body);
      expect(error?.problems).toEqual([
        { path: "body.facts.hours", message: expect.stringContaining("“培训学时”") },
      ]);
    });

    it("wants proof of a paper that was read, and only of one (DEC-16)", async () => {
      const body = await request(doctor.accountId);
      const evidence = body.evidence.filter(({ key }) => key !== "presented");
      const error = await refused(asDoctor, { ...body, evidence });
      expect(error).toMatchObject({
        code: "declaration.evidence_missing",
        message: expect.stringContaining("宣读证明"),
        problems: [{ path: "body.evidence.presented" }],
      });
      const { paperTitle: _, ...facts } = body.facts;
      const listened = { ...body, evidence, facts: { ...facts, presented: false } };
      expect(await asDoctor.ok(submitDeclarations, listened)).toMatchObject({ declarations: [{}] });
    });

    it("refuses evidence of another form, and forms that are declared elsewhere", async () => {
      const body = await request(doctor.accountId);
      const strange = body.evidence.map((item) => ({ ...item, key: "video" }));
      expect((await refused(asDoctor, { ...body, evidence: strange }))?.code).toBe("declaration.invalid");
      const facts = { courseHours: 3, subject: "public", platform: "某平台", courseName: "某课程" };
      expect((await refused(asDoctor, { ...body, form: "17", facts, evidence: [] }))?.code).toBe(
        "declaration.invalid",
      );
    });

    it("refuses malformed content at its field", async () => {
      const body = await request(doctor.accountId);
      for (const [change, path] of [
        [{ startDate: "2026-02-30" }, "body.startDate"],
        [{ year: "soon" }, "body.year"],
        [{ facts: { "<b>": 1 } }, "body.facts"],
        [{ facts: { days: { $gt: 0 } } }, "body.facts"],
        [{ unknown: 1 }, "body"],
        [{ people: Array.from({ length: 201 }, () => ({ personId: doctor._id })) }, "body.people"],
      ] as const) {
        const error = await refused(asDoctor, { ...body, ...change });
        expect(error?.code).toBe("request.invalid");
        expect(error?.problems[0]?.path).toContain(path);
      }
      expect(
        (await refused(asHospital, await request(world.hospital.adminAccountId)))?.problems[0]?.path,
      ).toBe("body.people");
    });
  });

  const newDoctor = async () => (await newPerson(server.app, world.hospital))._id;

  describe("401", () => {
    it("asks for a session", async () => {
      const answer = await server.client().call(submitDeclarations, await request(doctor.accountId));
      expect([answer.status, answer.body.error?.code]).toEqual([401, "session.required"]);
    });
  });

  describe("403", () => {
    it("refuses an administrator without the module", async () => {
      const { accountId } = await newPerson(server.app, world.hospital);
      const right = { accountId, role: "employer" as const, modules: ["declarations:review" as const] };
      const { client: reviewer } = await newMember(server, world.hospital, right);
      const answer = await reviewer.call(
        submitDeclarations,
        await request(accountId, { people: [{ personId: doctor._id }] }),
      );
      expect([answer.status, answer.body.error?.code]).toEqual([403, "permission.denied"]);
    });

    it("refuses a person who declares for somebody else, and a bureau, which has no people", async () => {
      const other = await asDoctor.call(
        submitDeclarations,
        await request(doctor.accountId, { people: [{ personId: accountant._id }] }),
      );
      expect(other.status).toBe(403);
      const asCity = await adminOf(server.app, server.url, world.city);
      const bureau = await asCity.call(
        submitDeclarations,
        await request(world.city.adminAccountId, { people: [{ personId: doctor._id }] }),
      );
      expect(bureau.status).toBe(403);
    });
  });

  describe("404", () => {
    it("does not know another unit's people, and writes nothing for one's own beside them", async () => {
      const people = [{ personId: doctor._id }, { personId: engineer._id }];
      const body = await request(world.hospital.adminAccountId, { people });
      const answer = await asHospital.call(submitDeclarations, body);
      expect([answer.status, answer.body.error?.code]).toEqual([404, "person.not_found"]);
      expect(await DeclarationModel.countDocuments({ title: body.title })).toBe(0);
    });

    it("does not know another account's files", async () => {
      const body = await request(doctor.accountId);
      const foreign = await buildFile(server.app, accountant.accountId);
      const evidence = [...body.evidence, { ...foreign, key: "presented" }];
      const answer = await asDoctor.call(submitDeclarations, { ...body, evidence });
      expect([answer.status, answer.body.error?.code]).toEqual([404, "file.not_found"]);
      expect(await DeclarationModel.countDocuments({ title: body.title })).toBe(0);
      expect((await StoredFileModel.findById(foreign.fileId).lean())?.usedBy).toBeNull();
    });
  });

  describe("409", () => {
    it("refuses the same activity twice and names the first one (DEC-13)", async () => {
      const first = await declareOwn(
        { app: server.app, client: asDoctor, person: doctor },
        {
          facts: { ...exampleOf("06b").facts, issn: "2000-0002", paperTitle: "同一篇论文" },
          form: "06b",
        },
      );
      const body = await request(doctor.accountId, {
        form: "06b",
        facts: { ...exampleOf("06b").facts, issn: "2000－0002", paperTitle: " 同一篇 论文" },
      });
      const answer = await asDoctor.call(submitDeclarations, body);
      expect([answer.status, answer.body.error?.code]).toEqual([409, "declaration.duplicate"]);
      expect(answer.body.error?.message).toContain(first.number);
    });

    it("lets one of two simultaneous submissions of an activity through", async () => {
      const body = await request(doctor.accountId);
      const answers = await Promise.all([
        asDoctor.call(submitDeclarations, body),
        asDoctor.call(submitDeclarations, body),
      ]);
      expect(statusesOf(answers)).toEqual([200, 409]);
      expect(await DeclarationModel.countDocuments({ title: body.title })).toBe(1);
    });

    it("refuses another content under a used idempotency key", async () => {
      const key = { "idempotency-key": "changed-content" };
      await asDoctor.call(submitDeclarations, await request(doctor.accountId), key);
      const answer = await asDoctor.call(submitDeclarations, await request(doctor.accountId), key);
      expect([answer.status, answer.body.error?.code]).toEqual([409, "request.idempotency_mismatch"]);
    });
  });
});

describe("GET /declaration-forms", () => {
  it("lists the forms of the rule pack with fields and evidence, without those declared elsewhere", async () => {
    const { year, forms } = await asDoctor.ok(listForms, {});
    expect(year).toBe(2026);
    const ids = forms.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(formExamples.map(({ form }) => form)));
    expect(ids).not.toContain("17");
    const conference = forms.find(({ id }) => id === "04");
    expect(conference?.fields.find(({ name }) => name === "level")?.options).toContainEqual({
      value: "ministry",
      title: "国家部委",
    });
    expect(conference?.fields.find(({ name }) => name === "paperTitle")?.showWhen).toEqual({
      field: "presented",
      equals: true,
    });
  });

  it("asks for a session (401) and for a real year (400)", async () => {
    expect((await server.client().call(listForms, {})).status).toBe(401);
    expect((await asDoctor.call(listForms, { year: 1999 })).status).toBe(400);
  });
});

describe("POST /declaration-hours", () => {
  const { facts, startDate, endDate } = exampleOf("04");

  it("shows nothing that json-rules-engine decides differently (decision 9)", async () => {
    const engine = vi.spyOn(Engine.prototype, "run");
    const nothing = { results: [], failureResults: [], events: [], failureEvents: [] };
    engine.mockResolvedValue(nothing as never);
    const asked = { year: 2026, form: "04", facts: { ...facts, days: 23 } };
    expect((await asDoctor.call(calculateHours, asked)).status).toBe(500);
    engine.mockRestore();
    expect((await asDoctor.ok(calculateHours, asked)).hours?.professional).toBeGreaterThan(0);
  });

  it("explains the hours and cites the clause", async () => {
    const answer = await asDoctor.ok(calculateHours, { year: 2026, form: "04", facts, startDate, endDate });
    expect(answer.hours).toEqual({ public: 0, professional: 24 });
    expect(answer.trace?.text).toContain("24");
    expect(answer.citations.join()).toContain("学时折算标准");
    expect(answer.problems).toEqual([]);
  });

  it("computes before dates are entered, and lists what is still missing", async () => {
    expect((await asDoctor.ok(calculateHours, { year: 2026, form: "04", facts })).problems).toEqual([]);
    const { level: _level, ...rest } = facts;
    const answer = await asDoctor.ok(calculateHours, { year: 2026, form: "04", facts: rest });
    expect(answer.hours).toBeNull();
    expect(answer.problems.map(({ fact }) => fact)).toContain("level");
  });

  it("writes nothing", async () => {
    const before = await DeclarationModel.estimatedDocumentCount();
    await asDoctor.ok(calculateHours, { year: 2026, form: "04", facts });
    expect(await DeclarationModel.estimatedDocumentCount()).toBe(before);
  });

  it("answers 400, 401, 403 and 404 like the submission", async () => {
    const body = { year: 2026, form: "04", facts };
    expect((await asDoctor.call(calculateHours, { ...body, form: "four" })).status).toBe(400);
    expect((await server.client().call(calculateHours, body)).status).toBe(401);
    expect((await asDoctor.call(calculateHours, { ...body, personIds: [accountant._id] })).status).toBe(403);
    expect((await asHospital.call(calculateHours, { ...body, personIds: [engineer._id] })).status).toBe(404);
    const mixed = { ...body, personIds: [doctor._id, accountant._id] };
    expect((await asHospital.call(calculateHours, mixed)).body.error?.code).toBe(
      "declaration.mixed_accountants",
    );
  });
});

describe("POST /declaration-routes", () => {
  it("says before the submission who will review (FLW-09)", async () => {
    const { steps, text } = await asDoctor.ok(previewRoute, {});
    expect(steps.map(({ stepName }) => stepName)).toEqual(["用人单位审核", "主管部门审核", "人社部门审核"]);
    expect(text).toBe(`将依次由 ${steps.map(({ organizationName }) => organizationName).join(" → ")} 审核`);
  });

  it("answers 400, 401, 403 and 404 like the submission", async () => {
    expect((await asDoctor.call(previewRoute, { personIds: ["x"] })).status).toBe(400);
    expect((await server.client().call(previewRoute, {})).status).toBe(401);
    expect((await asDoctor.call(previewRoute, { personIds: [accountant._id] })).status).toBe(403);
    expect((await asHospital.call(previewRoute, { personIds: [engineer._id] })).status).toBe(404);
  });
});
