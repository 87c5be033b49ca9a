import { ko as player } from "../player/messages.ko";
import type { OfflineKey } from "./messages.en";

export const ko: Record<OfflineKey, string> = {
  ...player,
  offlineTitle: "내보낸 녹화 보기",
  offlineIntro:
    "Tapedeck에서 내려받은 파일을 선택하십시오. 파일은 이 컴퓨터를 떠나지 않습니다. 이 페이지는 네트워크 없이 작동하며 아무것도 보내지 않습니다.",
  chooseFile: "파일 선택",
  orDrop: "또는 여기에 끌어다 놓으십시오",
  passphrase: "암호문",
  showPassphrase: "암호문 표시",
  sealedHint: "암호화된 파일입니다. 내보낼 때 입력한 암호문으로 열 수 있습니다.",
  open: "열기",
  checking: "암호문을 확인하는 중입니다. 몇 초 걸립니다.",
  preparing: "재생 준비 중: {all} 중 {done}",
  another: "다른 파일 선택",
  helpClose: "닫고 다른 파일 선택",
  file: "파일",
  cutOff: "녹화가 중간에 끊겼습니다. {time}까지는 온전합니다.",
  refusal_passphrase: "암호문이 올바르지 않습니다.",
  refusal_otherKey: "암호문이 아니라 키로 암호화된 파일입니다. 이 페이지에서는 열 수 없습니다.",
  refusal_damaged: "파일이 손상되었습니다. 내보낸 내용과 다르므로 아무것도 표시하지 않습니다. 다시 내려받으십시오.",
  refusal_format: "이 페이지에서 재생할 수 있는 녹화가 없거나 녹화가 손상되었습니다.",
  refusal_unreachable: "브라우저가 더 이상 파일을 읽을 수 없습니다. 변경, 이동 또는 삭제되었을 수 있습니다. 다시 선택하십시오.",
  refusal_stopped: "파일을 열지 못했습니다. 메모리 부족 등의 이유로 브라우저가 작업을 중단했습니다.",
  fault_damaged: "재생의 일부가 준비된 내용과 다릅니다. 파일을 다시 여십시오.",
};
