using EncryptionService.Client;

namespace EncryptionService.Cli;

/// <summary>What verbs share: words to people, exit codes, files, passphrases.</summary>
/// <param name="around">The surroundings.</param>
internal sealed class Shell(Surroundings around)
{
    private const string PassphraseVariable = "EEC_PASSPHRASE_FILE";
    private const string TokenVariable = "EEC_OPERATOR_TOKEN_FILE";
    private const int MaxSecretFile = 4_096;

    /// <summary>Where results go.</summary>
    public TextWriter Out => around.Out;

    public TimeProvider Time => around.Time;

    /// <summary>The member's file.</summary>
    public MemberFileStore Store(string? path) => new(path ?? Path.Combine(around.DataFolder, "eec", "member.json"), around.Time);

    /// <summary>Path of the operator's file.</summary>
    public string OperatorPath(string? path) => Path.GetFullPath(path ?? Path.Combine(around.DataFolder, "eec", "operator.json"));

    /// <summary>A line of the result.</summary>
    public void Print(string line) => around.Out.WriteLine(line);

    /// <summary>A line that is no result.</summary>
    public void Note(string line) => around.Error.WriteLine(line);

    /// <summary>Says what is wrong.</summary>
    public int Fail(int code, params string[] lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            Note(line);
        }

        return code;
    }

    /// <summary>Says why a call came to nothing.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="unauthorized">What to think of when the core does not accept the token.</param>
    public int Fail(CoreProblem problem, string unauthorized) => Fail(
        problem.Kind == CoreProblemKind.Refused ? ExitCode.Refused : ExitCode.Unreachable,
        problem.Type.Length > 0 ? $"{problem.Title} ({problem.Type})" : problem.Title,
        problem.Detail,
        problem.Status == 401 ? unauthorized : "");

    /// <summary>The operator token; null if there is none, and then the reason is said.</summary>
    public string? ReadToken(string? option)
    {
        var path = option ?? around.Variable(TokenVariable);
        if (string.IsNullOrEmpty(path))
        {
            Note($"The core wants the organization's operator token. Put it into a file and name it with --token-file or {TokenVariable}.");
            return null;
        }

        var token = System.Text.Encoding.UTF8.GetString(ReadSmall(path)).Trim();
        if (token.Length > 0 && token.All(character => character is > ' ' and < '\x7F'))
        {
            return token;
        }

        Note($"{path} holds no token.");
        return null;
    }

    /// <summary>The passphrase of a file; null if there is none, and then the reason is said.</summary>
    /// <param name="option">What <c>--passphrase-file</c> says.</param>
    /// <param name="isNew">It is to protect new keys: long enough, and typed twice.</param>
    public Passphrase? ReadPassphrase(string? option, bool isNew)
    {
        var path = option ?? around.Variable(PassphraseVariable);
        var passphrase = string.IsNullOrEmpty(path) ? Ask(isNew, out var error) : FromFile(path, out error);
        if (passphrase is not null && isNew && passphrase.Characters < Passphrase.MinLength)
        {
            passphrase.Dispose();
            passphrase = null;
            error = $"A passphrase for new keys has at least {Passphrase.MinLength} characters: several words are best.";
        }

        if (passphrase is null)
        {
            Note(error);
        }

        return passphrase;
    }

    private static Passphrase? FromFile(string path, out string error)
    {
        var bytes = ReadSmall(path);
        try
        {
            var passphrase = Passphrase.TryCreate(bytes, out error);
            error = error.Length > 0 ? $"{path}: {error}" : "";
            return passphrase;
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private Passphrase? Ask(bool isNew, out string error)
    {
        var first = around.Prompt.Ask(isNew ? "New passphrase for the private keys: " : "Passphrase: ", out error);
        if (first is null || !isNew)
        {
            return first;
        }

        using var second = around.Prompt.Ask("Once more: ", out error);
        if (second is not null && second.FixedTimeEquals(first))
        {
            return first;
        }

        first.Dispose();
        error = error.Length > 0 ? error : "The two are not the same. Nothing was done.";
        return null;
    }

    private static byte[] ReadSmall(string path)
    {
        using var file = File.OpenHandle(path);
        var bytes = GC.AllocateArray<byte>(MaxSecretFile + 1, pinned: true);
        var count = RandomAccess.Read(file, bytes, 0);
        var content = GC.AllocateArray<byte>(count, pinned: true);
        bytes.AsSpan(0, count).CopyTo(content);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        return content;
    }
}
