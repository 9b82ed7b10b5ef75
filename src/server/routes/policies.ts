import * as contracts from "../../shared/contracts/policies.ts";
import { deletePolicyDraft } from "../commands/policies/delete-policy-draft.ts";
import { publishPolicyPack } from "../commands/policies/publish-policy-pack.ts";
import { rollBackPolicyPack } from "../commands/policies/roll-back-policy-pack.ts";
import { savePolicyDraft } from "../commands/policies/save-policy-draft.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import { presentNumberTrace } from "../presenters/number-trace.ts";
import {
  presentCheck,
  presentImpact,
  presentPolicyDraft,
  presentPolicyPacks,
  presentPolicyText,
  presentPolicyVersion,
  presentPolicyVersions,
} from "../presenters/policy-pack.ts";
import { checkPolicyPack } from "../queries/policies/check-policy-pack.ts";
import { getNumberTrace } from "../queries/policies/get-number-trace.ts";
import { getPolicyDraft } from "../queries/policies/get-policy-draft.ts";
import { getPolicyVersion } from "../queries/policies/get-policy-version.ts";
import { listPolicyPacks } from "../queries/policies/list-policy-packs.ts";
import { listPolicyVersions } from "../queries/policies/list-policy-versions.ts";
import { previewPolicyImpact } from "../queries/policies/preview-policy-impact.ts";
import { runPolicyCases } from "../queries/policies/run-policy-cases.ts";

/** Rule packs for policy staff, and the trace of any number for auditors. */
export const policyRoutes = [
  query(contracts.listPolicyPacks, listPolicyPacks, presentPolicyPacks),
  query(contracts.listPolicyVersions, listPolicyVersions, presentPolicyVersions),
  query(contracts.getPolicyVersion, getPolicyVersion, presentPolicyText),
  query(contracts.getPolicyDraft, getPolicyDraft, presentPolicyDraft),
  command(contracts.savePolicyDraft, savePolicyDraft, presentPolicyDraft),
  command(contracts.deletePolicyDraft, deletePolicyDraft),
  query(contracts.checkPolicyPack, checkPolicyPack, presentCheck),
  query(contracts.runPolicyCases, runPolicyCases),
  query(contracts.previewPolicyImpact, previewPolicyImpact, presentImpact),
  orchestration(contracts.publishPolicyPack, publishPolicyPack, presentPolicyVersion),
  orchestration(contracts.rollBackPolicyPack, rollBackPolicyPack, presentPolicyVersion),
  query(contracts.getNumberTrace, getNumberTrace, presentNumberTrace),
];
