import { ja as player } from "../player/messages.ja";
import type { OfflineKey } from "./messages.en";

export const ja: Record<OfflineKey, string> = {
  ...player,
  offlineTitle: "エクスポートした記録を見る",
  offlineIntro:
    "Tapedeck からダウンロードしたファイルを選択してください。ファイルはこのコンピューターから出ません。このページはネットワークなしで動作し、何も送信しません。",
  chooseFile: "ファイルを選択",
  orDrop: "またはここにドロップ",
  passphrase: "パスフレーズ",
  showPassphrase: "パスフレーズを表示",
  sealedHint: "暗号化されたファイルです。エクスポート時に指定したパスフレーズで開きます。",
  open: "開く",
  checking: "パスフレーズを確認しています。数秒かかります。",
  preparing: "再生の準備中: {done} / {all}",
  another: "別のファイルを選択",
  helpClose: "閉じて別のファイルを選択",
  file: "ファイル",
  cutOff: "記録は途中で切れています。{time} までは完全です。",
  refusal_passphrase: "パスフレーズが正しくありません。",
  refusal_otherKey: "パスフレーズではなく鍵で暗号化されたファイルです。このページでは開けません。",
  refusal_damaged: "ファイルが破損しています。エクスポート時の内容と異なるため、何も表示しません。もう一度ダウンロードしてください。",
  refusal_format: "このページで再生できる記録がないか、記録が破損しています。",
  refusal_unreachable:
    "ブラウザーがファイルを読み取れなくなりました。変更、移動、または削除された可能性があります。もう一度選択してください。",
  refusal_stopped: "ファイルを開けませんでした。メモリ不足などにより、ブラウザーが処理を中止しました。",
  fault_damaged: "再生の一部が準備した内容と異なります。ファイルをもう一度開いてください。",
};
