use super::{CodeWords, NoticeWords};

pub(super) const CODE: CodeWords = CodeWords {
    subject: "メールアドレスの確認（{host}）",
    what: "{host} を通じて、このメールアドレスでのサインインが行われています。ご本人の場合は、次のコードをお使いください：",
    how: "コードを求めているページに入力してください。コードは一度だけ、{minutes} 分間有効です。",
    link: "または、コードを請求したブラウザーで次のリンクを開いてください。他のブラウザーでは機能しません：",
    ignore: "コードを請求した覚えがない場合は、このメールを無視してください。コードがなければ、誰もあなたのアドレスでサインインすることはできません。",
    secret: "誰に尋ねられても、このコードを決して教えないでください。",
};

pub(super) const NOTICES: NoticeWords = NoticeWords {
    subject_device: "新しいサインイン（{host}）",
    subject_link: "新しいリンクが作成されました（{host}）",
    subject_panic: "{host} は停止されました",
    subject_ways: "サインイン方法が変更されました（{host}）",
    new_device: "これまで使われたことのないブラウザーで、{address} としてサインインがありました。",
    link_made: "{address} の新しいサインイン方法を設定できるリンクが作成されました。作成できるのは {host} の管理者だけです。",
    panic: "{host} の管理者が緊急停止を実行しました。すべてのセッションが終了し、解除されるまで {address} としてサインインすることはできません。",
    codes_made: "{address} の新しい回復用コードが作成されました。以前のコードは使えなくなりました。",
    locked: "{address} について「自分ではない」と報告されました。すべてのセッションを終了し、パスワード、回復用コード、新しいパスキーを削除しました。",
    passkey_added: "{address} にパスキーが追加されました。",
    passkey_copied: "{address} のパスキーが複製された疑いがあるため、拒否されました。心当たりがない場合は、そのパスキーを削除してください。",
    passkey_removed: "{address} のパスキーが削除されました。",
    password_removed: "{address} のパスワードが削除されました。",
    password_set: "{address} に新しいパスワードが設定されました。",
    totp_removed: "{address} のパスワード後の第二段階の確認が無効になりました。",
    totp_set: "{address} のパスワード後の第二段階の確認が有効になりました。",
    date: "{year}年{month}{day}日 {time} UTC",
    months: [
        "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月",
    ],
    when: "日時：{it}",
    browser: "ブラウザー：{it}",
    network: "ネットワーク：{it}",
    unknown: "不明",
    fine: "ご本人の場合は、何もする必要はありません。",
    not_me: "心当たりがない場合は、次のリンクを開いてください。すべてのセッションを終了し、他人が使えるものをすべて削除します。このリンクで誰かがサインインすることはできません。有効期間は {days} 日間です：",
};
