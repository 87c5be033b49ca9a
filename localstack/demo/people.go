package demo

// Nobody here exists. Addresses are of networks for documentation (RFC 5737, RFC 3849) and names under .test.

type person struct{ name, email, role string }

var people = []person{
	{"Kim Minji", "minji.kim@example.test", "SRE"},
	{"김서준", "seojun.kim@example.test", "Database administrator"},
	{"Olivia Berg", "olivia.berg@example.test", "Developer"},
	{"佐藤 陽菜", "hina.sato@example.test", "SRE"},
	{"이도윤", "doyun.lee@example.test", "Network engineer"},
	{"Jonas Keller", "jonas.keller@example.test", "SRE"},
	{"鈴木 蓮", "ren.suzuki@example.test", "Developer"},
	{"박하은", "haeun.park@example.test", "Security engineer"},
	{"Amara Osei", "amara.osei@example.test", "Contractor"},
	{"高橋 美咲", "misaki.takahashi@example.test", "Database administrator"},
	{"Łucja Wójcik", "lucja.wojcik@example.test", "Developer"},
	{"최지우", "jiwoo.choi@example.test", "Contractor"},
	{"Mateo Silva", "mateo.silva@example.test", "Backup operator"},
	{"渡辺 大翔", "hiroto.watanabe@example.test", "Network engineer"},
	{"정예린", "yerin.jung@example.test", "Developer"},
	{"Noor Haddad", "noor.haddad@example.test", "Security engineer"},
}

type server struct {
	name, os, host string
	port           int
	protocol       string
	account        string
}

var servers = []server{
	{"web-01", "Ubuntu", "10.2.3.4", 22, "SSH", "ubuntu"},
	{"web-02", "Ubuntu", "10.2.3.5", 22, "SSH", "ubuntu"},
	{"db-02", "RHEL", "10.2.8.12", 22, "SSH", "deploy"},
	{"bastion-seoul", "Amazon Linux", "bastion.seoul.example.test", 2222, "SSH", "ec2-user"},
	{"win-dc-1", "Windows", "10.9.0.10", 3389, "RDP", "administrator"},
	{"batch-07", "CentOS", "10.4.0.7", 22, "SSH", "batch"},
	{"files-01", "Ubuntu", "10.2.5.20", 22, "SFTP", "transfer"},
	{"build-mac-3", "macOS", "10.7.1.3", 5900, "VNC", "builder"},
	{"db-01", "RHEL", "2001:db8:8::12", 22, "SSH", "postgres"},
	{"switch-core-1", "IOS-XE", "10.255.0.1", 23, "TELNET", "netops"},
	{"win-erp-2", "Windows", "10.9.0.22", 3389, "RDP", "svc_erp"},
	{"legacy-ftp", "FreeBSD", "10.4.1.9", 21, "FTP", "upload"},
	{"kube-node-11", "Amazon Linux", "2001:db8:2::11", 22, "SSH", "ec2-user"},
	{"サーバー検証01", "Ubuntu", "10.2.3.77", 22, "SSH", "root"},
	{"결제-db-01", "RHEL", "10.2.8.31", 22, "SSH", "oracle"},
	{"k8s-api", "Ubuntu", "k8s.example.test", 443, "KUBE", "admin"},
}

var clients = map[string][]string{
	"SSH":    {"SSH-2.0-OpenSSH_9.6", "SSH-2.0-OpenSSH_9.9", "SSH-2.0-PuTTY_Release_0.83", "Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0"},
	"SFTP":   {"SSH-2.0-OpenSSH_9.6", "SSH-2.0-WinSCP_release_6.5"},
	"TELNET": {"PuTTY 0.83", ""},
	"FTP":    {"lftp/4.9.2", "FileZilla 3.69"},
	"RDP":    {"mstsc 10.0.26100", "Mozilla/5.0 (Windows NT 10.0) Edg/142.0"},
	"VNC":    {"TigerVNC 1.15", "Mozilla/5.0 (Macintosh) Safari/605.1.15"},
	"KUBE":   {"kubectl/v1.34.1"},
}

var addresses = []string{"192.0.2.7", "192.0.2.61", "198.51.100.23", "203.0.113.90", "203.0.113.91", "2001:db8:1::5", "2001:db8:1::a7", "198.51.100.200"}
