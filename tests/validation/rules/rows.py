"""Headings and rows that the tests of several families of rules send."""

UPDATE = "milestone_id,period_id,status,percent,nil,progress_es\n"
PLAIN = UPDATE + "MX0001.1,2024-1,in_progress,,,Avanza\n"
COMMITMENT = "commitment_id,plan_id,title_es,start_date,end_date,url\n"
COMMITMENT_OK = COMMITMENT + "MX0003,MX-4,Datos,2024-02-01,2024-12-01,https://example.org/3\n"
MILESTONE = "milestone_id,commitment_id,parent_id,title_es\n"
MILESTONE_OK = MILESTONE + "MX0001.3,MX0001,MX0001.1,Publicar\n"
BARRIER = "barrier_id,commitment_id,milestone_id,group,raised_on,resolved_on\n"
CLAIMED = "evidence_url,claimed_by,claimed_on,confirmed_by,confirmed_on\n"
RIPPLE = "ripple_id,commitment_id,kind,description_es," + CLAIMED
BEYOND = "beyond_id,commitment_id,milestone_id,delivered_es," + CLAIMED
ASSESSMENT = "assessment_id,subject_table,subject_id,assessor_id,variable,scale,code,stage,assessed_on,rationale_es\n"
ASSESSED = ASSESSMENT + "a1,commitments,MX0002,osc,completion,ogp-completion-2015,limited,midterm,2024-06-30,Falta\n"
PROPOSAL = "proposal_id,plan_id,proposer_id,text_es,duplicate_of\n"
DECISION = "decision_id,subject_table,subject_id,variable,code,method,decided_on,quorum,votes_against\n"
DECIDED = DECISION + "d1,commitments,MX0001,completion,limited,consensus,2024-06-30,true,\n"
