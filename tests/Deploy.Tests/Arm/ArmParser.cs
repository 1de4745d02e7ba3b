using System.Globalization;
using System.Text;

namespace EncryptionService.Deploy.Tests.Arm;

/// <summary>Parses one expression of a template.</summary>
internal sealed class ArmParser(string text)
{
    private int at;

    public ArmExpression Whole()
    {
        var expression = Expression();
        return Next() == '\0' ? expression : throw Wrong("nothing more");
    }

    private ArmExpression Expression()
    {
        var expression = Primary();
        while (true)
        {
            switch (Next())
            {
                case '.':
                    at++;
                    expression = new ArmExpression.Member(expression, new ArmExpression.Literal(Word()));
                    break;
                case '[':
                    at++;
                    expression = new ArmExpression.Member(expression, Expression());
                    Take(']');
                    break;
                default:
                    return expression;
            }
        }
    }

    private ArmExpression Primary() => Next() switch
    {
        '\'' => new ArmExpression.Literal(Quoted()),
        >= '0' and <= '9' or '-' => new ArmExpression.Literal(Number()),
        _ => Call(),
    };

    private ArmExpression.Call Call()
    {
        var name = Word();
        Take('(');
        var arguments = new List<ArmExpression>();
        while (Next() != ')')
        {
            if (arguments.Count > 0)
            {
                Take(',');
            }

            arguments.Add(Expression());
        }

        Take(')');
        return new ArmExpression.Call(name, arguments);
    }

    private string Word()
    {
        Next();
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return at > start ? text[start..at] : throw Wrong("a name");
    }

    private long Number()
    {
        var start = at++;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return long.Parse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture);
    }

    private string Quoted()
    {
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '\'')
            {
                value.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '\'')
            {
                value.Append(text[at++]);
            }
            else
            {
                at++;
                return value.ToString();
            }
        }

        throw Wrong("the end of a text");
    }

    private void Take(char expected)
    {
        if (Next() != expected)
        {
            throw Wrong($"'{expected}'");
        }

        at++;
    }

    /// <summary>The next character that is no blank; NUL at the end.</summary>
    private char Next()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length ? text[at] : '\0';
    }

    private FormatException Wrong(string expected) => new($"Expected {expected} at character {at + 1} of {text}");
}
