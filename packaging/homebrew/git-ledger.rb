class GitLedger < Formula
  include Language::Python::Virtualenv

  desc "Git-native ledger of what a coding-agent subscription buys"
  url "SOURCE_ADDRESS"
  version "0.2.0"
  sha256 "SOURCE_SHA256"
  license "MIT"

  depends_on "git"
  depends_on "libgit2"
  depends_on "numpy"
  depends_on "python@3.13"
  depends_on "scipy"

  # A resource for each of these, written by `brew update-python-resources git-ledger`:
  # click>=8.1.7,<9
  # pygit2>=1.21,<2
  # msgspec>=0.19,<1
  # ruamel.yaml>=0.18.6,<0.20
  # regex>=2023.8.8
  # numpy>=1.26,<3
  # scipy>=1.13,<2
  # pandas>=2.2,<4
  # rich>=13.7,<16
  # jinja2>=3.1.4,<4
  # genai-prices>=0.0.30,<1
  # tzdata>=2025.1

  def install
    virtualenv_install_with_resources
    %w[gitledger git-ledger].each do |name|
      (buildpath/"#{name}.1").write Utils.safe_popen_read(bin/"gitledger", "man")
      man1.install "#{name}.1"
    end
    generate_completions_from_executable(bin/"gitledger", "completion")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/gitledger version")
    system "git", "init", testpath/"work"
    assert_match "no ledger yet", shell_output("#{bin}/gitledger -C #{testpath}/work status 2>&1", 3)
  end
end
