//! Which signatures and rows belong together, and what can be said of those that are alone.

use std::collections::BTreeMap;

use browserid::Timestamp;

use super::{Export, Row, Signature};

/// So much later may CloudTrail note a call (its documentation: typically within 5 minutes, event history up to 15); and
/// it does not keep to an order. Rows that are so young, or so near to the end of its export, may still get their note.
const LATE_MS: u64 = 15 * 60 * 1000;
/// So much may lie between a signature and its row: the sign function's time limit and two clocks, generously. Where an
/// export ends, the one may be in it and the other not.
const NEAR_MS: u64 = 60 * 1000;

/// The time to be judged, as far as somebody said it.
pub struct Asked {
    /// The moment of asking.
    pub now: Timestamp,
    /// Both exports are complete from here on.
    pub since: Option<Timestamp>,
    /// Both exports are complete up to here, and this moment is not in it.
    pub until: Option<Timestamp>,
}

/// Something without its counterpart.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// One signature made two certificates, which cannot be.
    RowTwice(Row),
    /// Nothing says which signature the certificate has.
    RowWithoutRequest(Row),
    /// CloudTrail noted no such call.
    RowWithoutSignature(Row),
    /// Two calls with one name, which cannot be.
    SignatureTwice(Signature),
    /// Somebody signed, and no certificate was written down.
    SignatureWithoutRow(Signature),
}

impl Finding {
    /// When.
    pub fn time(&self) -> Timestamp {
        match self {
            Self::RowTwice(row) | Self::RowWithoutRequest(row) | Self::RowWithoutSignature(row) => {
                row.time
            }
            Self::SignatureTwice(signature) | Self::SignatureWithoutRow(signature) => {
                signature.time
            }
        }
    }
}

/// The result, each list in the order of time.
pub struct Judgement {
    /// What does not match.
    pub findings: Vec<Finding>,
    /// One of the exports goes on.
    pub is_cut: bool,
    /// Signatures by key, of those that are judged or matched.
    pub keys: BTreeMap<String, usize>,
    /// Lies outside the time that was asked for.
    pub left_out: usize,
    /// Signatures with their row.
    pub matched: usize,
    /// Stood in the exports more than once, to the letter: they overlap.
    pub repeated: usize,
    /// What has no counterpart, and could have one that is not in the exports.
    pub unjudged: Vec<Finding>,
}

impl Judgement {
    /// Matches by the name that KMS gave the call.
    pub fn new(signatures: Export<Signature>, rows: Export<Row>, asked: &Asked) -> Self {
        let times = Times::new(asked, signatures.span, rows.span);
        let mut judgement = Self {
            findings: Vec::new(),
            is_cut: signatures.is_cut || rows.is_cut,
            keys: BTreeMap::new(),
            left_out: 0,
            matched: 0,
            repeated: 0,
            unjudged: Vec::new(),
        };
        let mut by_request: BTreeMap<String, Row> = BTreeMap::new();
        for row in rows.entries {
            let Some(request) = row.request_id.clone() else {
                judgement.find(Finding::RowWithoutRequest(row), &times);
                continue;
            };
            match by_request.get(&request) {
                None => drop(by_request.insert(request, row)),
                Some(first) if *first == row => judgement.repeated += 1,
                Some(_) => judgement.find(Finding::RowTwice(row), &times),
            }
        }
        let mut noted: BTreeMap<String, Signature> = BTreeMap::new();
        for signature in signatures.entries {
            let Some(request) = signature.request_id.clone() else {
                judgement.find(Finding::SignatureWithoutRow(signature), &times);
                continue;
            };
            match noted.get(&request) {
                None => drop(noted.insert(request, signature)),
                Some(first) if *first == signature => judgement.repeated += 1,
                Some(_) => judgement.find(Finding::SignatureTwice(signature), &times),
            }
        }
        for (request, signature) in noted {
            if by_request.remove(&request).is_some() {
                judgement.matched += 1;
                judgement.count_key(&signature);
            } else {
                judgement.find(Finding::SignatureWithoutRow(signature), &times);
            }
        }
        for row in by_request.into_values() {
            judgement.find(Finding::RowWithoutSignature(row), &times);
        }
        judgement.findings.sort_by_key(Finding::time);
        judgement.unjudged.sort_by_key(Finding::time);
        judgement
    }

    /// Every signature in a whole export has its row, and every row that could have its signature there has it; and
    /// something matches, unless there is nothing at all.
    ///
    /// A signature that cannot be judged is not clean: whoever misuses the key would only have to sign last. A row that
    /// cannot be is: CloudTrail is late as a rule, and a row signs nothing.
    pub fn is_clean(&self) -> bool {
        let is_signature = |finding: &Finding| matches!(finding, Finding::SignatureWithoutRow(_));
        self.findings.is_empty()
            && !self.is_cut
            && !self.unjudged.iter().any(is_signature)
            && (self.matched > 0 || self.unjudged.is_empty())
    }

    fn find(&mut self, finding: Finding, times: &Times) {
        if times.are_asked_for(finding.time()) {
            if times.can_judge(&finding) {
                if let Finding::SignatureWithoutRow(signature) = &finding {
                    self.count_key(signature);
                }
                self.findings.push(finding);
            } else {
                self.unjudged.push(finding);
            }
        } else {
            self.left_out += 1;
        }
    }

    fn count_key(&mut self, signature: &Signature) {
        let key = signature
            .key
            .clone()
            .unwrap_or_else(|| "unknown".to_owned());
        *self.keys.entry(key).or_default() += 1;
    }
}

/// From, and before.
type Span = (Timestamp, Timestamp);

/// What each export can speak about.
struct Times {
    asked: Span,
    rows: Option<Span>,
    signatures: Option<Span>,
}

impl Times {
    /// What was said goes; else an export speaks about what lies well between its first and last entry.
    fn new(asked: &Asked, signatures: Option<Span>, rows: Option<Span>) -> Self {
        let end = Timestamp::from_millis(u64::MAX);
        let noted_by = asked.now.minus_ms(LATE_MS);
        let span = |held: Option<Span>, late_ms: u64| match (asked.since, asked.until) {
            (Some(since), Some(until)) => Some((since, until)),
            (since, until) => held.map(|(first, last)| {
                (
                    since.unwrap_or_else(|| first.plus_ms(NEAR_MS)),
                    until.unwrap_or_else(|| last.minus_ms(late_ms)),
                )
            }),
        };
        Self {
            asked: (
                asked.since.unwrap_or(Timestamp::from_millis(0)),
                asked.until.unwrap_or(end),
            ),
            rows: span(rows, NEAR_MS),
            signatures: span(signatures, LATE_MS).map(|(from, to)| (from, to.min(noted_by))),
        }
    }

    fn are_asked_for(&self, time: Timestamp) -> bool {
        self.asked.0 <= time && time < self.asked.1
    }

    /// Would the counterpart be in the other export, if there were one?
    fn can_judge(&self, finding: &Finding) -> bool {
        let other = match finding {
            // These are wrong whatever the other export holds.
            Finding::RowTwice(_) | Finding::RowWithoutRequest(_) | Finding::SignatureTwice(_) => {
                return true;
            }
            Finding::RowWithoutSignature(_) => self.signatures,
            Finding::SignatureWithoutRow(_) => self.rows,
        };
        other.is_some_and(|(from, to)| from <= finding.time() && finding.time() < to)
    }
}

#[cfg(test)]
mod tests;
