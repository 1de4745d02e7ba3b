namespace EncryptionService.Deploy.Tests.Arm;

/// <summary>What stands between <c>[</c> and <c>]</c> in a template.</summary>
internal abstract record ArmExpression
{
    /// <summary>A text or a number.</summary>
    internal sealed record Literal(object Value) : ArmExpression;

    /// <summary>A function with arguments.</summary>
    internal sealed record Call(string Name, IReadOnlyList<ArmExpression> Arguments) : ArmExpression;

    /// <summary>A member by name, or an item by index.</summary>
    internal sealed record Member(ArmExpression Of, ArmExpression Key) : ArmExpression;

    /// <summary>All functions that are called somewhere in it.</summary>
    public IEnumerable<Call> Calls => this switch
    {
        Call call => call.Arguments.SelectMany(argument => argument.Calls).Prepend(call),
        Member member => member.Of.Calls.Concat(member.Key.Calls),
        _ => [],
    };

    /// <summary>True for a text that the deployment evaluates.</summary>
    public static bool Is(string text) => text.StartsWith('[') && !text.StartsWith("[[", StringComparison.Ordinal) && text.EndsWith(']');

    /// <summary>Parses a text for which <see cref="Is"/> holds.</summary>
    /// <exception cref="FormatException">It is no expression.</exception>
    public static ArmExpression Parse(string text) => new ArmParser(text[1..^1]).Whole();
}
