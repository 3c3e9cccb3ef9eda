use crate::exceptions::Exceptions;
use crate::recorded;

#[test]
fn audiences_compare_as_recorded() {
    let file = recorded::file("audience.json");
    let cases = file["cases"].as_array().expect("cases");
    let mut exceptions = Exceptions::of("audience");
    for case in cases {
        let (signed, given) = (&case["assertion_aud"], &case["rp_audience"]);
        let ours = browserid::audience::compare(Some(signed), given)
            .map_or_else(|mismatch| mismatch.to_string(), |()| "match".to_owned());
        let expected = case["reference"].as_str().unwrap_or("match");
        exceptions.check(&format!("{signed} for {given}"), &ours, Some(expected));
    }
    exceptions.finish();
    assert_eq!(cases.len(), 48);
}
