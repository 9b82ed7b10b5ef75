import type { RunningServer } from "../../server/start-server.ts";
import { approveLevelByLevel, batchOfTwoHundred, playCorrections } from "./approvals.ts";
import { checkAudit } from "./audit-check.ts";
import { declareEveryForm, playRules } from "./declarations.ts";
import type { Journey } from "./journey.ts";
import { importPeople, registerPeople } from "./people.ts";
import { type Bureaus, buildProvince } from "./province.ts";
import { playEmployerRegistration, registerUnit } from "./registrations.ts";
import { checkLedger, historyCases, playCertificates, playHistory } from "./results.ts";
import type { Professional, Unit, World } from "./world.ts";

const elsewhere = "410200";

/** The main job of the platform, end to end (issue's §3, in its order). */
export async function playJourney(journey: Journey, server: RunningServer): Promise<void> {
  const { operator } = server.firstStart;
  if (operator === null) throw new Error("the first start made no operator");
  const bureaus = await journey.step(
    {
      zh: "1 建立全省人社部门：省厅、18个市、181个县（市、区）",
      en: "1 The province: bureaus of the province, 18 cities and 181 county-level divisions",
    },
    () => buildProvince(journey, operator),
  );
  const world = await registerUnits(journey, bureaus);
  const people = await bringPeople(journey, world);
  await declareAndApprove(journey, world, people);
  await finish(journey, world, { people, databaseUri: server.databaseUri });
}

async function registerUnits(journey: Journey, bureaus: Bureaus): Promise<World> {
  const { province, city } = bureaus;
  const { authority, base } = await registerFirst(journey, bureaus);
  const own = { level: "40", bureauId: city.id, kind: "employer" as const };
  const employer = await journey.step(
    {
      zh: "2 用人单位注册：校验、重复、进度查询、撤回、审核、登录",
      en: "2 Employer registration: checks, duplicates, progress, withdrawal, approval, login",
    },
    () => {
      const unit = { ...own, name: "示例市第一人民医院", prefix: "12", superiorId: authority.id };
      return playEmployerRegistration(journey, unit, authority.admin);
    },
  );
  const directEmployer = await journey.step(
    { zh: "2 另一用人单位（直属人社部门）", en: "2 Another employer, directly under the bureau" },
    () =>
      registerUnit(
        journey,
        { ...own, name: "示例工程咨询公司", prefix: "91", superiorId: city.id },
        city.admin,
      ),
  );
  const away = { id: bureaus.byRegion.get(elsewhere) ?? "", regionCode: elsewhere };
  return { province, city, authority, employer, directEmployer, base, elsewhere: away };
}

/** Competent departments come before the units below them (GEN-06). */
function registerFirst(
  journey: Journey,
  { province, city }: Bureaus,
): Promise<{ authority: Unit; base: Unit }> {
  const authority = { kind: "authority" as const, name: "示例市卫生健康委员会", prefix: "11", level: "40" };
  const base = { kind: "base" as const, name: "示例继续教育基地", prefix: "12", level: "20" };
  return journey.step(
    {
      zh: "1 注册主管部门和继续教育基地",
      en: "1 An authority and a training base register and are approved",
    },
    async () => ({
      authority: await registerUnit(
        journey,
        { ...authority, superiorId: city.id, bureauId: city.id },
        city.admin,
      ),
      base: await registerUnit(
        journey,
        { ...base, superiorId: province.id, bureauId: province.id },
        province.admin,
      ),
    }),
  );
}

async function bringPeople(journey: Journey, world: World): Promise<Professional[]> {
  const registered = await journey.step(
    {
      zh: "4 个人注册：审核通过；选错单位撤回后重新注册",
      en: "4 People register themselves: one approved, one withdraws from the wrong unit",
    },
    () => registerPeople(journey, { right: world.directEmployer, wrong: world.employer }),
  );
  return journey.step(
    {
      zh: "3 批量导入300人，其中12行有误；修改失败信息表后再次导入",
      en: "3 Import of 300 people with 12 bad rows; corrected in the error workbook and imported again",
    },
    () => importPeople(journey, world.employer, registered.idNumber),
  );
}

async function declareAndApprove(
  journey: Journey,
  world: World,
  people: readonly Professional[],
): Promise<void> {
  const accountants = people.filter((_, index) => index % 10 === 9);
  const others = people.filter((_, index) => index % 10 !== 9);
  await journey.step(
    {
      zh: "5 申报：学习形式01–12，个人申报和单位为多人申报",
      en: "5 Declarations for every form 01–12, by people and by the employer",
    },
    () => declareEveryForm(journey, world, others),
  );
  await journey.step(
    {
      zh: "5 规则：会计人员、往年、超出折算学时",
      en: "5 Rules: accountants, past years, hours above the computed value",
    },
    () => playRules(journey, world, { accountants, others: others.slice(50) }),
  );
  await journey.step(
    {
      zh: "6 逐级审批：用人单位、主管部门、人社部门",
      en: "6 Approvals level by level: employer, authority, bureau",
    },
    () => approveLevelByLevel(journey, world),
  );
  await approveSpecial(journey, world, others);
}

async function approveSpecial(
  journey: Journey,
  world: World,
  others: readonly Professional[],
): Promise<void> {
  await journey.step(
    {
      zh: "6 批量审批200条，其中3条刚由同事办理",
      en: "6 A batch of 200 of which a colleague has just decided 3",
    },
    () => batchOfTwoHundred(journey, world, others.slice(60, 260)),
  );
  const actors = { rejected: pick(others, 50), withdrawn: pick(others, 51), reduced: pick(others, 52) };
  await journey.step(
    {
      zh: "6 驳回后修改通过、撤回、单位核减学时",
      en: "6 Rejected and corrected, withdrawn, hours reduced by the employer",
    },
    () => playCorrections(journey, world, actors),
  );
}

async function finish(
  journey: Journey,
  world: World,
  about: { people: readonly Professional[]; databaseUri: string },
): Promise<void> {
  const others = about.people.filter((_, index) => index % 10 !== 9);
  // The 40th to 42nd declared form 11 (whole year): see the order of the sample activities.
  const wholeYear = pick(others, 39);
  await journey.step(
    {
      zh: "7 学时台账和年度结果：本年及2015、2017、2024等往年",
      en: "7 Ledger and annual results: this year, and history of 2015, 2017, 2024",
    },
    async () => {
      await checkLedger(journey, world.employer.admin, wholeYear);
      await playHistory(journey, world, historyCases(others.slice(53, 58), world.elsewhere.regionCode));
    },
  );
  await journey.step(
    { zh: "8 证书：单年、合并、不达标年度、核验", en: "8 Certificates: single, merged, refused, verified" },
    () => playCertificates(journey, world, { single: wholeYear, merged: pick(others, 57) }),
  );
  await journey.step(
    {
      zh: "8 审计链核验：完整；篡改一条后被发现",
      en: "8 The audit chain holds; after one event is edited it does not",
    },
    () => checkAudit(journey, about.databaseUri),
  );
}

function pick(people: readonly Professional[], index: number): Professional {
  const person = people[index];
  if (person === undefined) throw new Error(`there are fewer than ${index + 1} people`);
  return person;
}
