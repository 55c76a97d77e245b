using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>Constants: the compiler has folded them, here they get the spelling of C.</summary>
internal sealed partial class FunctionTranslator
{
    private string Constant(IOperation operation) => operation.ConstantValue.Value switch
    {
        float value => Float(value),
        double value => Double(value),
        int value => Int(value),
        uint value => value.ToString(CultureInfo.InvariantCulture) + "u",
        long value => value == long.MinValue ? "(-9223372036854775807L - 1)" : value < 0 ? $"((i64)({value}L))" : $"((i64){value}L)",
        ulong value => $"((u64){value}UL)",
        bool value => value ? "1" : "0",
        byte value => value.ToString(CultureInfo.InvariantCulture),
        sbyte value => $"({value})",
        short value => $"({value})",
        ushort value => value.ToString(CultureInfo.InvariantCulture),
        char value => ((int)value).ToString(CultureInfo.InvariantCulture),
        string => Report(operation, Rules.Text),
        _ => Report(operation, Rules.Type, operation.Type?.ToDisplayString() ?? "null"),
    };

    /// <summary>A literal in the type of TM: as float, as double and as int, of which the binding takes one.</summary>
    private static string Literal(string math, double value)
    {
        int whole = double.IsNaN(value) ? 0 : value >= int.MaxValue ? int.MaxValue : value <= int.MinValue ? int.MinValue : (int)value;
        return $"OF({math}, {Float((float)value)}, {Double(value)}, {Int(whole)})";
    }

    private static string Float(float value) =>
        float.IsNaN(value) ? "F32_NAN"
        : float.IsInfinity(value) ? value > 0 ? "F32_INF" : "(-F32_INF)"
        : Signed(Digits(value.ToString("R", CultureInfo.InvariantCulture)) + "f");

    private static string Double(double value) =>
        double.IsNaN(value) ? "F64_NAN"
        : double.IsInfinity(value) ? value > 0 ? "F64_INF" : "(-F64_INF)"
        : Signed(Digits(value.ToString("R", CultureInfo.InvariantCulture)));

    private static string Int(int value) => value == int.MinValue ? "(-2147483647 - 1)" : Signed(value.ToString(CultureInfo.InvariantCulture));

    private static string Digits(string number) => number.IndexOfAny(['.', 'E', 'e']) < 0 ? number + ".0" : number;

    private static string Signed(string number) => number[0] == '-' ? $"({number})" : number;
}
