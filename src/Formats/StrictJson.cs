using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace EncryptionService.Formats;

/// <summary>Strict reading of one JSON object (envelope.md, section 1).</summary>
/// <remarks>
/// Members are taken one by one; the first thing that is wrong is kept, and <see cref="TryFinish"/> tells it. A member that nobody
/// took is unknown, and refused. After a failure the readers return defaults, so a caller checks once, at the end.
/// </remarks>
public sealed class StrictJson
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 8;

    /// <summary>Largest number: 2^53 - 1.</summary>
    public const ulong MaxNumber = (1UL << 53) - 1;

    private static readonly JsonDocumentOptions options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    private readonly StrictJson root;
    private readonly string path;
    private string? error;

    private StrictJson(JsonElement element, StrictJson? root, string path)
    {
        this.root = root ?? this;
        this.path = path;
        foreach (var member in element.EnumerateObject())
        {
            members.Add(member.Name, member.Value);
        }
    }

    /// <summary>Reads text that must be exactly one JSON object without duplicate members.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out StrictJson? json, out string error)
    {
        json = null;
        error = "is no JSON object, or has duplicate members";
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        try
        {
            var element = JsonElement.Parse(utf8, options);
            if (element.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            json = new StrictJson(element, null, "");
            error = "";
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // InvalidOperationException: a member's name is an escaped lone surrogate.
            return false;
        }
    }

    /// <summary>True if the member is there and was not taken yet.</summary>
    public bool Has(string name) => members.ContainsKey(name);

    /// <summary>Keeps a problem, if it is the first one.</summary>
    public void Fail(string name, string problem) => root.error ??= $"'{path}{name}' {problem}";

    /// <summary>True if nothing was wrong and every member was taken; otherwise says, in one line, what was wrong first.</summary>
    public bool TryFinish(out string problem)
    {
        Close();
        problem = root.error ?? "";
        return root.error is null;
    }

    /// <summary>Takes a string of at most <paramref name="maxLength"/> characters, not empty.</summary>
    public string Text(string name, int maxLength)
    {
        if (!TryTake(name, JsonValueKind.String, "a string", out var element))
        {
            return "";
        }

        if (ToText(element) is { Length: > 0 } text && text.Length <= maxLength)
        {
            return text;
        }

        Fail(name, $"must be text of 1 to {maxLength} characters");
        return "";
    }

    /// <summary>Takes an integer from <paramref name="minimum"/> to 2^53 - 1.</summary>
    public ulong Number(string name, ulong minimum = 0)
    {
        if (TryTake(name, JsonValueKind.Number, "a number", out var element))
        {
            // GetRawText: 1e3, 1.0 and -0 are numbers of JSON, but not of ours.
            if (!element.GetRawText().AsSpan().ContainsAnyExceptInRange('0', '9')
                && element.TryGetUInt64(out var value) && value <= MaxNumber && value >= minimum)
            {
                return value;
            }

            Fail(name, $"must be an integer from {minimum} to 2^53 - 1");
        }

        return 0;
    }

    /// <summary>Takes an array of strings, at most <paramref name="maxCount"/>, each of at most <paramref name="maxLength"/> characters.</summary>
    public IReadOnlyList<string> Texts(string name, int maxCount, int maxLength)
    {
        var texts = new List<string>();
        foreach (var element in Items(name, maxCount))
        {
            if (element.ValueKind != JsonValueKind.String || ToText(element) is not { Length: > 0 } text || text.Length > maxLength)
            {
                Fail(name, $"must hold strings of 1 to {maxLength} characters");
                return [];
            }

            texts.Add(text);
        }

        return texts;
    }

    /// <summary>Takes a member that may only be <c>true</c>, or be absent.</summary>
    public bool TrueOrAbsent(string name) => Has(name) && TryTake(name, JsonValueKind.True, "true, or absent", out _);

    /// <summary>Takes an object. Its members are taken from the result; its problems are told by this reader.</summary>
    public StrictJson? Nested(string name)
        => TryTake(name, JsonValueKind.Object, "an object", out var element) ? Child(element, $"{path}{name}.") : null;

    /// <summary>Takes an array of objects. The caller closes each one (<see cref="Close"/>).</summary>
    public IEnumerable<StrictJson> NestedList(string name, int maxCount)
    {
        var index = 0;
        foreach (var element in Items(name, maxCount))
        {
            var child = element.ValueKind == JsonValueKind.Object ? Child(element, $"{path}{name}[{index}].") : null;
            if (child is null)
            {
                Fail(name, "must hold objects");
                yield break;
            }

            index++;
            yield return child;
        }
    }

    /// <summary>Refuses members that nobody took.</summary>
    public void Close()
    {
        foreach (var name in members.Keys)
        {
            // A foreign name is repeated only if it cannot garble a log.
            Fail(IdText.IsValid(name) ? name : "?", "is unknown");
            return;
        }
    }

    private static string? ToText(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate
        }
    }

    private StrictJson? Child(JsonElement element, string childPath)
    {
        try
        {
            return new StrictJson(element, root, childPath);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private JsonElement.ArrayEnumerator Items(string name, int maxCount)
    {
        if (!TryTake(name, JsonValueKind.Array, "an array", out var element))
        {
            return default;
        }

        if (element.GetArrayLength() > maxCount)
        {
            Fail(name, $"must have at most {maxCount} elements");
            return default;
        }

        return element.EnumerateArray();
    }

    private bool TryTake(string name, JsonValueKind kind, string description, out JsonElement element)
    {
        if (!members.Remove(name, out element))
        {
            Fail(name, "is missing");
            return false;
        }

        if (element.ValueKind != kind)
        {
            Fail(name, $"must be {description}");
            return false;
        }

        return true;
    }
}
