<?php
// PHP sites of 2012: cURL with a form. Prints status and answer. Given `array` as fourth argument it hands cURL the
// values as an array, a common mistake: cURL then sends multipart/form-data.
[, $url, $audience, $assertion] = $argv;
$form = ($argv[4] ?? '') === 'array'
    ? ['assertion' => $assertion, 'audience' => $audience]
    : 'assertion=' . urlencode($assertion) . '&audience=' . urlencode($audience);

$request = curl_init($url);
curl_setopt($request, CURLOPT_RETURNTRANSFER, true);
curl_setopt($request, CURLOPT_POST, true);
curl_setopt($request, CURLOPT_POSTFIELDS, $form);
curl_setopt($request, CURLOPT_TIMEOUT, 10);
$answer = curl_exec($request);
if ($answer === false) {
    fwrite(STDERR, curl_error($request) . "\n");
    exit(2);
}
echo curl_getinfo($request, CURLINFO_HTTP_CODE), "\n", $answer;
